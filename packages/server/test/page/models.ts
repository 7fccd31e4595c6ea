/** A model that costs nothing to load, unlike the sandbox with its tokenizer. */
import { Models } from '../../src/models/routing.ts';
import { chunksOf, scriptedModel } from '../support/scripted-model.ts';

export const models: Models = new Models([
  {
    name: '*',
    model: scriptedModel(async function* (request) {
      const created = Math.floor(Date.now() / 1000);
      for (const chunk of chunksOf(['Hello', ' there'], request.model)) yield { ...chunk, created };
    }),
  },
]);
