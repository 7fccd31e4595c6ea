export { createFetch, fetch } from '../node/index.ts';
export type { FetchOptions, NodeFetch, TLSOptions } from '../node/index.ts';
