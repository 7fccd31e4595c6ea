/** The root import path. Every file below `entries/` is an import path of the same name. */
export { BedrockOpenAI, ComputerToolset } from '../absent-names.ts';
export { AzureOpenAI, type AzureClientOptions } from '../azure.ts';
export { OpenAI as default, OpenAI } from '../client.ts';
export type { ClientOptions, DataResidency } from '../http/options.ts';
export { APIPromise } from '../http/api-promise.ts';
export * from '../errors/public.ts';
export type { RunnerOptions, StopReason, ToolApproval, ToolApprovalContext } from '../tools/run-options.ts';
export type { ToolCallContext } from '../tools/registry.ts';
export type { RunnableCustomTool } from '../tools/runnable.ts';
export type * from '../http/observer.ts';
export type { OnUsage, UsageInfo } from '../http/usage.ts';
export { PagePromise } from '../http/page.ts';
export { toFile, toStreamingFile, type Uploadable } from '../http/uploads.ts';
