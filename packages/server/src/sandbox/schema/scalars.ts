/** Texts and numbers that keep the rules of their schemas: what the prompt and the name of the property suggest, or any. */
import { formatGuesses, numberGuesses, stringGuesses, wordsOf } from './guesses.ts';
import type { Making } from './making.ts';
import { numberWithin } from './numbers.ts';
import { numberHolds } from './satisfies.ts';
import type { PlainSchema } from './shape.ts';
import { sampleString } from './strings.ts';

/** The best value for a name that no other property has taken. */
function fresh<T extends string | number>(values: readonly T[], name: string, make: Making): T[] {
  return [...values.filter((value) => !make.used.has(`${name}=${value}`)), ...values];
}

export function sampleText(parts: readonly PlainSchema[], name: string, make: Making): string {
  const answer = isAnswer(name) ? make.answer?.() : undefined;
  const own = answer ? [...(answer.key === undefined ? [] : [answer.key]), answer.text] : [];
  const formatted = formatGuesses(
    parts.map((part) => part['format']),
    make.mentions,
  );
  const guesses = fresh(
    [...own, ...formatted, ...stringGuesses(name, make.mentions, make.random)],
    name,
    make,
  );
  const other = make.spread > 0 && guesses[0] ? [`${guesses[0]} ${make.random.integer(2, make.spread)}`] : [];
  const text = orAtACost(make, () => sampleString(parts, [...other, ...guesses], make.random));
  make.used.add(`${name}=${text}`);
  make.effort += Math.floor(text.length / 100);
  return text;
}

/** A search that found nothing has taken as long as two hundred values. */
function orAtACost<Found>(make: Making, search: () => Found): Found {
  try {
    return search();
  } catch (thrown) {
    make.effort += 200;
    throw thrown;
  }
}

const isAnswer = (name: string): boolean =>
  /\b(answer|result|output|reply|response|solution)\b/.test(wordsOf(name));

export function sampleNumber(
  parts: readonly PlainSchema[],
  type: 'integer' | 'number',
  name: string,
  make: Making,
): number {
  const { random, mentions, used } = make;
  const own = isAnswer(name) ? Number(make.answer?.().key) : Number.NaN;
  for (const guess of make.spread > 0 ? [] : [own, ...numberGuesses(name, mentions, used, random)]) {
    if (!Number.isFinite(guess) || (type === 'integer' && !Number.isInteger(guess))) continue;
    if (!parts.every((part) => numberHolds(guess, part))) continue;
    const index = mentions.numbers.indexOf(guess);
    if (index >= 0) used.add(`${index}:${guess}`);
    return guess;
  }
  return numberWithin(parts, type, random, make.spread);
}
