/** The root without the helpers of `chat.completions` and without uploads: a smaller client with the same requests. */
export { OpenAI as default, OpenAI } from '../core.ts';
export type { CoreChat, CoreCompletions } from '../resources/core-completions.ts';
export type { ClientOptions, DataResidency } from '../transport/options.ts';
export type * from '../types/chat.ts';
export { APIPromise } from '../transport/api-promise.ts';
export * from '../errors.ts';
export type * from '../transport/observer.ts';
export { PagePromise } from '../transport/page.ts';
export { Stream } from '../transport/stream.ts';
