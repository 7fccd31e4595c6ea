/** What a program imports. Every file below `entries/` is an import path of the same name. */
export { BedrockOpenAI, ComputerToolset } from '../absent-names.ts';
export { AzureOpenAI, type AzureClientOptions } from '../azure.ts';
export { OpenAI as default, OpenAI } from '../client.ts';
export type { ClientOptions, DataResidency } from '../transport/options.ts';
export { APIPromise } from '../transport/api-promise.ts';
export * from '../errors.ts';
export type {
  RunnerOptions,
  StopReason,
  ToolApproval,
  ToolApprovalContext,
} from '../streaming/conversation.ts';
export type { RunnableCustomTool, ToolCallContext } from '../tools/runnable.ts';
export type * from '../transport/observer.ts';
export type { OnUsage, UsageInfo } from '../transport/usage.ts';
export { PagePromise } from '../transport/page.ts';
export { toFile, toStreamingFile, type Uploadable } from '../transport/uploads.ts';
