export { Embeddings } from '../../resources/embeddings.ts';
export type * from '../../types/embeddings.ts';
