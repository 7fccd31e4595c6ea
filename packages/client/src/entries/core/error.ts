export * from '../../errors.ts';
