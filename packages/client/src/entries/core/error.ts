export * from '../error.ts';
