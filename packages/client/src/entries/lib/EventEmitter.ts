export * from '../core/EventEmitter.ts';
