export { EventStream } from '../../streaming/event-stream.ts';
export type { BaseEvents, EventParameters } from '../../streaming/event-stream.ts';
