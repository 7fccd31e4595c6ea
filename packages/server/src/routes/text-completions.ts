/** `POST /completions`. */
import { noteUsage } from '../http/request-event.ts';
import type { TextRequest } from '../models/neighbours.ts';
import { foldText, streamText, validateText } from '../neighbours/text-completions.ts';
import { bytesFor } from '../sandbox/quirks.ts';
import { serve, unsupported } from './serve.ts';

export const createTextCompletion = serve<TextRequest>({
  validate: validateText,
  open({ request, model, signal, quirk, notes }) {
    const chunks = () => {
      if (!model.completeText) throw unsupported(model, 'text completions');
      return model.completeText(request, signal);
    };
    return {
      wire: bytesFor(quirk),
      once: async () => foldText(chunks()),
      chunks: () => streamText(request, chunks(), (usage) => noteUsage(notes, usage)),
    };
  },
});
