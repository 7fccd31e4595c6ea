export type { ChatCompletionStreamEvents } from '../../streaming/chat-completion-stream.ts';
export {
  ChatCompletionStreamingRunner,
  type ChatCompletionStreamingToolRunnerParams,
  type ChatCompletionStreamingToolRunnerParamsWithContext,
  type ChatCompletionStreamingToolRunnerParamsWithoutContext,
} from '../../tools/streaming-runner.ts';
