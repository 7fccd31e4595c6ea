export { Completions } from '../../../../resources/completions.ts';
export type { ChatCompletionsPage } from '../../../../resources/core-completions.ts';
export type { ChatCompletionStoreMessagesPage } from '../../../../resources/messages.ts';
export type * from '../../../../types/chat.ts';
export { ChatCompletionRunner } from '../../../lib/ChatCompletionRunner.ts';
export type {
  ChatCompletionToolRunnerParams,
  ChatCompletionToolRunnerParamsWithContext,
  ChatCompletionToolRunnerParamsWithoutContext,
} from '../../../lib/ChatCompletionRunner.ts';
export { ChatCompletionStream } from '../../../lib/ChatCompletionStream.ts';
export { ChatCompletionStreamingRunner } from '../../../lib/ChatCompletionStreamingRunner.ts';
export type {
  ChatCompletionStreamingToolRunnerParams,
  ChatCompletionStreamingToolRunnerParamsWithContext,
  ChatCompletionStreamingToolRunnerParamsWithoutContext,
} from '../../../lib/ChatCompletionStreamingRunner.ts';
export { ParsingToolFunction } from '../../../lib/RunnableFunction.ts';
export type {
  RunnableFunctionWithParse,
  RunnableFunctionWithoutParse,
} from '../../../lib/RunnableFunction.ts';
