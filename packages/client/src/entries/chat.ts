export { Chat } from '../resources/chat.ts';
export { Completions } from '../resources/completions.ts';
export type { ChatCompletionsPage } from '../resources/core-completions.ts';
export { Messages, type ChatCompletionStoreMessagesPage } from '../resources/messages.ts';
export { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
export { ParsingToolFunction } from '../tools/runnable.ts';
export type { RunnableFunctionWithoutParse, RunnableFunctionWithParse } from '../tools/runnable.ts';
export { ChatCompletionRunner } from '../tools/runner.ts';
export type {
  ChatCompletionToolRunnerParams,
  ChatCompletionToolRunnerParamsWithContext,
  ChatCompletionToolRunnerParamsWithoutContext,
} from '../tools/runner.ts';
export { ChatCompletionStreamingRunner } from '../tools/streaming-runner.ts';
export type {
  ChatCompletionStreamingToolRunnerParams,
  ChatCompletionStreamingToolRunnerParamsWithContext,
  ChatCompletionStreamingToolRunnerParamsWithoutContext,
} from '../tools/streaming-runner.ts';
export type * from '../types/index.ts';
