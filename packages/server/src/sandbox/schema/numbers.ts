/** Creates a number within the bounds and steps of its schemas. */
import type { Random } from '../random.ts';
import { numberHolds } from './satisfies.ts';
import { everyValue, tightest } from './shape.ts';
import { type PlainSchema, Unsatisfiable } from './schema.ts';

/** A number in bounds and on every step. Steps are tried near a random place, near both ends and at zero; a side without a bound reaches as far as `spread`, and at least 100. */
export function numberWithin(
  parts: readonly PlainSchema[],
  type: 'integer' | 'number',
  random: Random,
  spread = 0,
): number {
  const width = Math.max(spread, 100);
  const low = Math.max(
    tightest(parts, 'minimum', 'max', -Infinity),
    tightest(parts, 'exclusiveMinimum', 'max', -Infinity),
  );
  const high = Math.min(
    tightest(parts, 'maximum', 'min', Infinity),
    tightest(parts, 'exclusiveMaximum', 'min', Infinity),
  );
  const steps = everyValue(parts, 'multipleOf', (value): value is number => typeof value === 'number');
  const step = steps.length > 0 ? Math.max(...steps) : type === 'integer' ? 1 : 0;
  const from = Number.isFinite(low) ? low : Math.min(high - width, 0);
  const to = Number.isFinite(high) ? high : Math.max(from + width, width);
  const holds = (value: number): boolean =>
    (type !== 'integer' || Number.isInteger(value)) && parts.every((part) => numberHolds(value, part));
  for (const value of nearby(from, to, step, random)) if (holds(value)) return value === 0 ? 0 : value;
  throw new Unsatisfiable('no number is within its bounds and a multiple of its steps');
}

function* nearby(from: number, to: number, step: number, random: Random): Generator<number> {
  if (step === 0) {
    for (const digits of [2, 6, 12, 20]) yield Number((from + (to - from) * random.next()).toFixed(digits));
    yield from + (to - from) / 2;
    yield from;
    yield to;
    return;
  }
  const starts = [
    Math.round((from + (to - from) * random.next()) / step),
    Math.ceil(from / step),
    Math.floor(to / step),
    0,
  ];
  for (const start of starts) {
    for (let offset = 0; offset < 500; offset++) {
      for (const count of offset === 0 ? [start] : [start + offset, start - offset]) {
        yield Number((count * step).toPrecision(15));
      }
    }
  }
}
