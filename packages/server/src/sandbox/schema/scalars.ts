/** Creates a string that satisfies the rules of its schemas. */
import type { Sliced } from '../../slices.ts';
import type { Making } from './making.ts';
import type { PlainSchema } from './schema.ts';
import { sampleString } from './strings.ts';

/** `sample city` for the property `city`, where its rules allow that. */
export function* sampleText(parts: readonly PlainSchema[], name: string, make: Making): Sliced<string> {
  const usual = `sample ${wordsOf(name) || 'text'}`;
  const other = make.spread > 0 ? [`${usual} ${make.random.integer(2, make.spread)}`] : [];
  const text = yield* orAtACost(make, sampleString(parts, [...other, usual], make.random, make.document));
  make.effort += Math.floor(text.length / 100);
  return text;
}

/** `final answer` of `final_answer`, `finalAnswer` and `final-answer`; at most 60 characters. */
const wordsOf = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase()
    .slice(0, 60);

/** A search that found nothing has taken as long as two hundred values. */
function* orAtACost<Found>(make: Making, search: Sliced<Found>): Sliced<Found> {
  try {
    return yield* search;
  } catch (thrown) {
    make.effort += 200;
    throw thrown;
  }
}
