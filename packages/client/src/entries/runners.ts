export { AbstractChatCompletionRunner } from '../streaming/conversation.ts';
export type {
  AbstractChatCompletionRunnerEvents,
  ChatCompletionRunnerContext,
  RunnerOptions,
} from '../streaming/conversation.ts';
