export { APIPromise, type WithRequestID } from '../transport/api-promise.ts';
export type { Deadline } from '../transport/deadline.ts';
export type { APIResponseProps, Sender } from '../transport/send.ts';
export type { ObservedBy } from '../transport/observe.ts';
