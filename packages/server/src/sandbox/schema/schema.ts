/** The type of a JSON Schema, and checks that a value is one. */

export type Schema = boolean | { readonly [keyword: string]: unknown };
export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** No value can satisfy a schema, or none was found. The message says why, for the caller. */
export class Unsatisfiable extends Error {}

export type PlainSchema = { readonly [keyword: string]: unknown };

export function isPlain(value: unknown): value is PlainSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is Schema => typeof entry === 'boolean' || isPlain(entry))
    : [];
}
