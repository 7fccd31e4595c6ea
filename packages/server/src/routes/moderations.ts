/** `POST /moderations`. */
import type { ModerationRequest } from '../models/neighbours.ts';
import { moderationResponse, validateModeration } from '../neighbours/moderations.ts';
import { bytesFor } from '../sandbox/quirks.ts';
import { noted, serve, unsupported } from './serve.ts';

export const createModeration = serve<ModerationRequest>({
  validate: validateModeration,
  open: ({ request, model, signal, quirk }) => ({
    wire: bytesFor(quirk),
    headers: noted(model, 'Computed from a short list of patterns. No model was used.'),
    async once() {
      if (!model.moderate) throw unsupported(model, 'moderations');
      return moderationResponse(request, await model.moderate(request, signal));
    },
  }),
});
