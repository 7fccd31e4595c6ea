export * from './chat.ts';
export * from './completions/index.ts';
