export {
  ChatCompletionStream,
  type ChatCompletionStreamEvents,
  type StreamingClient,
} from '../../streaming/chat-completion-stream.ts';
export type {
  CompletionEvents,
  ContentDeltaEvent,
  ContentDoneEvent,
  FunctionToolCallArgumentsDeltaEvent,
  FunctionToolCallArgumentsDoneEvent,
  LogProbsContentDeltaEvent,
  LogProbsContentDoneEvent,
  LogProbsRefusalDeltaEvent,
  LogProbsRefusalDoneEvent,
  ReasoningDeltaEvent,
  ReasoningDoneEvent,
  RefusalDeltaEvent,
  RefusalDoneEvent,
} from '../../streaming/completion-events.ts';
export { makeChatCompletionReadableStreamMessageChunk } from '../../streaming/replay.ts';
export type {
  ChatCompletionReadableStreamItem,
  ChatCompletionReadableStreamMessage,
} from '../../streaming/replay.ts';
export type { ChatCompletionSnapshot } from '../../streaming/snapshot.ts';
export type { ChatCompletionStreamParams } from '../../types/params.ts';
