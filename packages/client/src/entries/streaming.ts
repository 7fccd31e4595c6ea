export { _iterSSEMessages, Stream } from '../transport/stream.ts';
export type { ServerSentEvent } from '../transport/stream.ts';
