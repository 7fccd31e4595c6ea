export { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
export type { ChatCompletionStreamEvents } from '../streaming/chat-completion-stream.ts';
export type {
  ContentDeltaEvent,
  ContentDoneEvent,
  FunctionToolCallArgumentsDeltaEvent,
  FunctionToolCallArgumentsDoneEvent,
  LogProbsContentDeltaEvent,
  LogProbsContentDoneEvent,
  LogProbsRefusalDeltaEvent,
  LogProbsRefusalDoneEvent,
  RefusalDeltaEvent,
  RefusalDoneEvent,
} from '../streaming/completion-events.ts';
export { normalizeChatCompletionChunk, normalizeChatCompletionStream } from '../streaming/normalize.ts';
export type { ChatCompletionWireChunk } from '../streaming/normalize.ts';
export { makeChatCompletionReadableStreamMessageChunk } from '../streaming/replay.ts';
export type { ChatCompletionReadableStreamItem } from '../streaming/replay.ts';
export type { ChatCompletionSnapshot } from '../streaming/snapshot.ts';
export type { ChatCompletionStreamParams } from '../types/params.ts';
