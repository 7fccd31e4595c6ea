/** Turns a stream into the response of a route handler. */
export { toSSEResponse, toTextResponse } from '../stream/relay.ts';
export type { ItemSource, StreamResponseInit, TextResponseInit, TextSource } from '../stream/relay.ts';
export type { TextStreamOptions } from '../stream/text.ts';
