export { _iterSSEMessages, Stream, type ServerSentEvent } from '../stream/stream.ts';
export type { ItemRules, StreamOptions } from '../stream/items.ts';
export type { LogTarget } from '../log/log.ts';
export type { EventRecord } from '../wire/sse.ts';
export type { TextChunk, TextStreamOptions } from '../stream/text.ts';
