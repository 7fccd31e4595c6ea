export * from '../version.ts';
