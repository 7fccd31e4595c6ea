export { APIPromise, type WithRequestID } from '../http/api-promise.ts';
export type { Deadline } from '../http/deadline.ts';
export type { APIResponseProps, Sender } from '../http/send.ts';
export type { ObservedBy } from '../http/observe.ts';
