export * from './completions/index.ts';
