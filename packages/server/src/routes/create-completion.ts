/** `POST /chat/completions`. */
import { completeOnce, streamChunks, type CompletionRecord } from '../completion/answer.ts';
import { refuseAsApi } from '../completion/only-api.ts';
import { validateCompletion } from '../completion/validate.ts';
import { scriptFor } from '../fixtures/script.ts';
import { noteUsage } from '../http/request-event.ts';
import type { CompletionRequest } from '../models/model.ts';
import { wireFor } from '../sandbox/quirks.ts';
import { serve } from './serve.ts';

/** Responds with a completion, or with its chunks when the request has `stream: true`. */
export const createCompletion = serve<CompletionRequest>({
  validate: validateCompletion,
  refuseAsApi,
  script: (body, headers, { fixtures, config }) =>
    scriptFor(fixtures, { body, headers }, config.strictFixtures),
  open({ request, model, signal, quirk, script, parts, notes }) {
    // What is kept is the request as it was sent.
    const stores = parts.config.store === 'all' && { store: true };
    const answer = {
      request: { ...(quirk ? withUsage(request) : request), ...stores },
      model,
      signal,
      script,
      async keep(record: CompletionRecord) {
        await parts.store.insert({ ...record, request });
        notes.stored = true;
      },
      onUsage: (usage: object) => noteUsage(notes, usage),
    };
    return {
      wire: wireFor(quirk, request.stream_options?.include_usage ?? false),
      once: () => completeOnce(answer),
      chunks: () => streamChunks(answer),
    };
  },
});

/** Wires say themselves who gets the usage, so they must have it. */
function withUsage(request: CompletionRequest): CompletionRequest {
  return request.stream
    ? { ...request, stream_options: { ...request.stream_options, include_usage: true } }
    : request;
}
