/** The root without the helpers of `chat.completions` and without uploads: a smaller client with the same requests. */
export { OpenAI as default, OpenAI } from '../core.ts';
export type { ClientOptions, DataResidency } from '../transport/options.ts';
export type * from '../types/index.ts';
export { APIPromise } from './api-promise.ts';
export * from './error.ts';
export { PagePromise } from './pagination.ts';
export { Stream } from './streaming.ts';
