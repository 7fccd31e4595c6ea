export * from '../../errors/public.ts';
