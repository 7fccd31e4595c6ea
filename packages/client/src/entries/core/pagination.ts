export * from '../pagination.ts';
