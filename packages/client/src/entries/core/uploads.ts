export * from '../uploads.ts';
