/**
 * The root without the helpers of `chat.completions` and without uploads: a smaller client that sends the same requests.
 */
export { OpenAI as default, OpenAI } from '../core.ts';
export type { CoreChat, CoreCompletions } from '../resources/core-completions.ts';
export type { ClientOptions, DataResidency } from '../http/options.ts';
export type * from '../types/chat.ts';
export { APIPromise } from '../http/api-promise.ts';
export * from '../errors/public.ts';
export type * from '../http/observer.ts';
export { PagePromise } from '../http/page.ts';
export { Stream } from '../stream/stream.ts';
