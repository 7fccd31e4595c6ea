export * from '../streaming.ts';
