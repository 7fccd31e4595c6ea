export { _iterSSEMessages, Stream, type ServerSentEvent } from '../transport/stream.ts';
export type { ItemRules, StreamOptions } from '../transport/items.ts';
export type { LogTarget } from '../transport/log.ts';
export type { EventRecord } from '../wire/sse.ts';
export type { TextChunk, TextStreamOptions } from '../transport/text.ts';
