/** `POST /embeddings`. */
import type { EmbeddingRequest } from '../models/neighbours.ts';
import { embeddingList, validateEmbedding } from '../neighbours/embeddings.ts';
import { bytesFor } from '../sandbox/quirks.ts';
import { inSlices } from '../slices.ts';
import { noted, serve, unsupported } from './serve.ts';

export const createEmbeddings = serve<EmbeddingRequest>({
  validate: validateEmbedding,
  open: ({ request, model, signal, quirk }) => ({
    wire: bytesFor(quirk),
    headers: noted(model, 'Computed from hashes of words and letters. No model was used.'),
    async once() {
      if (!model.embed) throw unsupported(model, 'embeddings');
      return inSlices(embeddingList(request, await model.embed(request, signal)));
    },
  }),
});
