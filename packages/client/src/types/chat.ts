/** Every wire shape of the chat endpoints under one roof, for the places that pass all of them on. */
export type * from './chunk.ts';
export type * from './completion.ts';
export type * from './messages.ts';
export type * from './params.ts';
export type * from './parsed.ts';
export type * from './shared.ts';
export type * from './stored.ts';
export type * from './tools.ts';
