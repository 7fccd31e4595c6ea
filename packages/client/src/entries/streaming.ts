export { _iterSSEMessages, Stream } from '../transport/stream.ts';
export type { ServerSentEvent } from '../wire/sse.ts';
