export * from '../api-promise.ts';
