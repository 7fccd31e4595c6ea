/** A stream as the response of a route handler. */
export { toSSEResponse, toTextResponse } from '../transport/relay.ts';
export type { ItemSource, StreamResponseInit, TextResponseInit, TextSource } from '../transport/relay.ts';
export type { TextStreamOptions } from '../transport/text.ts';
