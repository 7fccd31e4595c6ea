/** Validates `input` of embeddings and `prompt` of text completions. */
import { byFirstItem, type Check, either, integer, list } from '../validation/checks.ts';

/**
 * A text, or an array that holds texts, token ids, or arrays of token ids. `max` is the most texts. Ids are neither
 * counted nor looked up here: models differ in their limits and vocabularies.
 */
export function textsOrIds({ max, text }: { max: number; text: Check }): Check {
  const ids = list(integer({ min: 0 }), 'integers', { min: 1 });
  const arrays = {
    string: list(text, 'strings', { min: 1, max }),
    number: ids,
    array: list(ids, 'arrays of integers', { min: 1, max }),
  };
  return either(
    { string: text, array: byFirstItem(arrays, 'one of a string, integer or array of integers') },
    'one of a string, array of strings, array of token ids or array of arrays of token ids',
  );
}
