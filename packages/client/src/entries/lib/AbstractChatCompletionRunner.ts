export {
  AbstractChatCompletionRunner,
  type AbstractChatCompletionRunnerEvents,
} from '../../streaming/conversation.ts';
export type {
  ChatCompletionRunnerContext,
  RunnerOptions,
  StopReason,
  ToolApproval,
  ToolApprovalContext,
} from '../../tools/run-options.ts';
