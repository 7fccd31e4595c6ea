export { EventEmitter, InternalEventEmitter } from '../../wire/event-emitter.ts';
export type { EmittedEventResult, EventParameters } from '../../wire/event-emitter.ts';
