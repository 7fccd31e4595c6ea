/** What a program imports. Every file below `entries/` is an import path of the same name. */
export { OpenAI as default, OpenAI } from '../client.ts';
export type { ClientOptions, DataResidency } from '../transport/options.ts';
export { APIPromise } from './api-promise.ts';
export * from './error.ts';
export type {
  RunnerOptions,
  StopReason,
  ToolApproval,
  ToolApprovalContext,
} from './lib/AbstractChatCompletionRunner.ts';
export type { RunnableCustomTool, ToolCallContext } from './lib/RunnableFunction.ts';
export { PagePromise } from './pagination.ts';
export { toFile, toStreamingFile, type Uploadable } from './uploads.ts';
