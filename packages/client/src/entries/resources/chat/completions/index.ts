export * from './completions.ts';
export * from './messages.ts';
