/** What `input` of embeddings and `prompt` of text completions may be. */
import { type Check, either, integer, invalidType, list } from '../validation/checks.ts';

const expected = 'one of a string, array of strings, array of token ids or array of arrays of token ids';

/**
 * A text, or an array that holds texts, token ids, or arrays of token ids: the first item says which. `max` is the most
 * texts. Ids are neither counted nor looked up here: models differ in their limits and vocabularies.
 */
export function textsOrIds({ max, text }: { max: number; text: Check }): Check {
  const ids = list(integer({ min: 0 }), 'integers', { min: 1 });
  const arrays: Partial<Record<string, Check>> = {
    string: list(text, 'strings', { min: 1, max }),
    number: ids,
    array: list(ids, 'arrays of integers', { min: 1, max }),
  };
  return either(
    {
      string: text,
      array(value, path) {
        const items = value as unknown[];
        const kind = Array.isArray(items[0]) ? 'array' : typeof items[0];
        // An empty array is too short for any of them.
        const check = items.length === 0 ? arrays['string'] : arrays[kind];
        if (!check)
          throw invalidType(`${path}[0]`, 'one of a string, integer or array of integers', items[0]);
        check(value, path);
      },
    },
    expected,
  );
}
