export {
  AbstractChatCompletionRunner,
  type AbstractChatCompletionRunnerEvents,
  type ChatCompletionRunnerContext,
  type RunnerOptions,
  type StopReason,
  type ToolApproval,
  type ToolApprovalContext,
} from '../../streaming/conversation.ts';
