export { APIPromise, type WithRequestID } from '../http/api-promise.ts';
export type { Deadline } from '../http/deadline.ts';
export type { APIResponseProps } from '../http/send.ts';
export type { Call, CallFacts, Sender } from '../http/call.ts';
export type { ObservedBy } from '../http/observe.ts';
