/** Checks whether values satisfy the limits of a schema besides its types: lengths, ranges, patterns and formats. */
import type { Schema } from './keywords.ts';

/** RFC 3339: a date, or a date with a time and an offset. */
const dateTime =
  /^(\d{4}-\d\d-\d\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/i;

/** Undefined for days that no calendar has, which `Date` moves into the next month. */
export function dateOf(text: string): Date | undefined {
  const [whole, day] = dateTime.exec(text) ?? [];
  const midnight = new Date(day ?? Number.NaN);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day!);
  return exists ? new Date(whole!.toUpperCase()) : undefined;
}

export const isInteger = (text: string): boolean => /^(0|-?[1-9]\d*)$/.test(text);

/** Lengths are counted as validators count them, in UTF-16 code units. */
export function keepsLimits(schema: Schema, value: unknown): boolean {
  const limit = (keyword: string, otherwise: number): number => schema[keyword] ?? otherwise;
  const within = (size: number, of: string): boolean =>
    size >= limit(`min${of}`, -Infinity) && size <= limit(`max${of}`, Infinity);
  if (typeof value === 'string')
    return (
      within(value.length, 'Length') && matches(schema['pattern'], value) && isOf(schema['format'], value)
    );
  if (typeof value !== 'number') return !Array.isArray(value) || within(value.length, 'Items');
  const parts = value / limit('multipleOf', value || 1);
  return (
    within(value, 'imum') &&
    value > limit('exclusiveMinimum', -Infinity) &&
    value < limit('exclusiveMaximum', Infinity) &&
    Math.abs(parts - Math.round(parts)) < 1e-9
  );
}

function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true; // Only the validator can say what it means.
  }
}

/** Of other formats it is only known that no date and no integer has them. */
function isOf(format: string | undefined, text: string): boolean {
  if (format === undefined) return true;
  const isDate = !!dateOf(text);
  if (format === 'date-time') return isDate && text.length > 10;
  if (format === 'date') return isDate && text.length === 10;
  return !isDate && !isInteger(text);
}
