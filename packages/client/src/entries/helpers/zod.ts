export * from '../../helpers/zod.ts';
