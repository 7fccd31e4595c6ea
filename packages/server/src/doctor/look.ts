/** Reads values of unknown shape. No function here throws. */

/** What is at the path, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** The items of an array; none for any other value. */
export const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The string, or `''`. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The number, or NaN. */
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of the fields of an object; none for any other value. */
export const namesOf = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

/** The value of JSON text, or undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** On one line, without control characters: what a server sends may be printed in a terminal. */
export function shown(text: string, limit = 160): string {
  const line = text
    .slice(0, limit * 4)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
