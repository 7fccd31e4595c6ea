/** Creates a string with the length, pattern and format of its schemas. */
import type { Random } from '../random.ts';
import type { Sliced } from '../../slices.ts';
import type { SchemaDocument } from './document.ts';
import { isFormat, sampleFormat } from './formats.ts';
import { patternSampler } from './pattern.ts';
import { everyValue, tightest } from './shape.ts';
import { type PlainSchema, Unsatisfiable } from './schema.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const longest = 20_000;
/** Characters that may be written in search of a string before it is given up. */
const patience = 200_000;

/** The first of `guesses` that fits, else one made to fit. If a pattern and a format are mutually exclusive, the pattern applies. */
export function* sampleString(
  parts: readonly PlainSchema[],
  guesses: readonly string[],
  random: Random,
  document: SchemaDocument,
): Sliced<string> {
  const least = tightest(parts, 'minLength', 'max', 0);
  const most = tightest(parts, 'maxLength', 'min', Infinity);
  if (least > most) throw new Unsatisfiable('its minLength is above its maxLength');
  if (least > longest)
    throw new Unsatisfiable(`its minLength is above the ${longest} characters the sandbox writes`);
  const patterns = everyValue(parts, 'pattern', isText);
  const formats = everyValue(parts, 'format', isText);
  const measures = (text: string): boolean => {
    const length = [...text].length;
    return length >= least && length <= most;
  };
  const matching = (text: string, unknown: boolean): boolean =>
    patterns.every((pattern) => document.match(pattern, text, unknown));
  const formatted = (text: string): boolean => formats.every((format) => isFormat(format, text));
  const fits = (text: string): boolean => measures(text) && matching(text, false) && formatted(text);
  for (const guess of guesses) if (guess.length <= 400 && fits(guess)) return guess;
  for (const format of formats) {
    for (let attempt = 0; attempt < 8; attempt++) {
      const made = sampleFormat(format, random);
      if (made !== undefined && fits(made)) return made;
    }
  }
  if (patterns.length > 0)
    return yield* fromPattern(patterns, [least, most], { measures, matching, formatted, document }, random);
  const fitted = toLength(guesses.find((guess) => guess) ?? 'sample', least, most);
  if (fits(fitted)) return fitted;
  throw new Unsatisfiable(`no string of ${least} to ${most} characters is a ${formats.join(' and ')}`);
}

interface Tests {
  measures(text: string): boolean;
  /** Where running the patterns would take too long, `unknown` is what comes back. */
  matching(text: string, unknown: boolean): boolean;
  formatted(text: string): boolean;
  document: SchemaDocument;
}

/**
 * A text written after one of the patterns that passes every test; else one without the format. One that is too long to be
 * held to the patterns counts only when none that could be held to them failed.
 */
function* fromPattern(
  patterns: readonly string[],
  [least, most]: [number, number],
  { measures, matching, formatted, document }: Tests,
  random: Random,
): Sliced<string> {
  let unformatted: string | undefined;
  let unchecked: string | undefined;
  let hasFailed = false;
  const room = Number.isFinite(most) ? most : least + 20;
  const stretches = [3, 1, 6, Math.ceil((least + room) / 2), 0, least, room, 12];
  for (const pattern of patterns) {
    const write = patternSampler(pattern);
    if (!write) continue;
    let written = 0;
    for (let attempt = 0; attempt < 400 && written < patience; attempt++) {
      const text = write(random, Math.min(stretches[attempt % stretches.length] as number, longest));
      if (text === undefined) break;
      yield* document.pause();
      written += text.length;
      const made = padded(text, least, attempt);
      if (!measures(made)) continue;
      if (!matching(made, true)) {
        hasFailed = true;
        continue;
      }
      const isChecked = matching(made, false);
      if (isChecked && formatted(made)) return made;
      if (isChecked) unformatted ??= made;
      else unchecked ??= made;
      if (attempt > (isChecked ? 100 : 20)) break;
    }
  }
  if (patterns.length > 1) {
    const joined = yield* fromAll(patterns, { measures, matching, formatted, document }, random);
    if (joined !== undefined) return joined;
  }
  const found = unformatted ?? (hasFailed ? undefined : unchecked);
  if (found !== undefined) return found;
  throw new Unsatisfiable(
    `no string was found that matches the pattern '${patterns.join("' and '")}' in its length`,
  );
}

/** A text written after all of the patterns, one after the other, such as `ab` for `^a` and `b$`. */
function* fromAll(
  patterns: readonly string[],
  { measures, matching, formatted, document }: Tests,
  random: Random,
): Sliced<string | undefined> {
  for (let attempt = 0; attempt < 200; attempt++) {
    yield* document.pause();
    const written = random
      .shuffled(patterns)
      .map((pattern) => patternSampler(pattern)?.(random, attempt % 4));
    const made = written.join('');
    if (measures(made) && matching(made, false) && formatted(made)) return made;
  }
  return undefined;
}

/** A pattern without anchors lets anything stand around its match, so half of the attempts fill up to the length. */
function padded(text: string, least: number, attempt: number): string {
  const missing = least - [...text].length;
  if (missing <= 0 || attempt % 2 === 0) return text;
  return attempt % 4 === 1 ? text + 'a'.repeat(missing) : 'a'.repeat(missing) + text;
}

const filler = [...' and then some more of the same, so that it is long enough'];

function toLength(text: string, least: number, most: number): string {
  const characters = [...text];
  while (characters.length < least) characters.push(...filler.slice(0, least - characters.length));
  return characters.slice(0, Math.min(characters.length, most)).join('');
}
