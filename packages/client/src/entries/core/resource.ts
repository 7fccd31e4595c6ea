export * from '../resource.ts';
