export {
  ChatCompletionRunner,
  type ChatCompletionRunnerEvents,
  type ChatCompletionToolRunnerParams,
  type ChatCompletionToolRunnerParamsWithContext,
  type ChatCompletionToolRunnerParamsWithoutContext,
  type CompletingClient,
} from '../../tools/runner.ts';
