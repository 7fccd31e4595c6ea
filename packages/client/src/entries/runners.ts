export type { ChatCompletionStreamEvents } from '../streaming/chat-completion-stream.ts';
export { AbstractChatCompletionRunner } from '../streaming/conversation.ts';
export type {
  AbstractChatCompletionRunnerEvents,
  ChatCompletionRunnerContext,
  RunnerOptions,
  StopReason,
  ToolApproval,
  ToolApprovalContext,
} from '../streaming/conversation.ts';
export { isRunnableFunctionWithParse, ParsingToolFunction } from '../tools/runnable.ts';
export type {
  BaseFunctionsArgs,
  RunnableCustomTool,
  RunnableFunction,
  RunnableFunctions,
  RunnableFunctionWithoutParse,
  RunnableFunctionWithParse,
  RunnableToolFunction,
  RunnableToolFunctionWithContext,
  RunnableToolFunctionWithoutParse,
  RunnableToolFunctionWithParse,
  RunnableTools,
  ToolCallContext,
} from '../tools/runnable.ts';
export { ChatCompletionRunner } from '../tools/runner.ts';
export type {
  ChatCompletionRunnerEvents,
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
