/** Every wire shape there is: of the chat endpoints, and of those beside them. */
export type * from './chat.ts';
export type * from './embeddings.ts';
export type * from './models.ts';
export type * from './moderations.ts';
export type * from './text-completions.ts';
