/** The size limits of strict mode: one table, for `explainSchema` and for servers that enforce them. */
import { isObject, type Schema } from './keywords.ts';

/** What the schemas inside one root have together. */
export interface SchemaSize {
  /** The most objects around a schema, itself included. */
  levels: number;
  /** The properties of all objects. */
  properties: number;
  /** The values of all `enum`s. */
  enumValues: number;
  /** Characters of the longest `enum` that has more than 250 values. */
  longEnum: number;
  /** Characters of the names of properties and definitions, of values of `enum` and of `const`. */
  characters: number;
}

/** A limit that a schema may exceed. */
export interface SizeLimit {
  /** Which size is limited. */
  limit: keyof SchemaSize;
  /** The largest size that strict mode takes. */
  most: number;
  /** Completes "schema has 11". */
  called: string;
}

/** Each is in https://platform.openai.com/docs/guides/structured-outputs; that only objects count as levels is a reading of it. */
export const limits: readonly SizeLimit[] = [
  { limit: 'levels', most: 10, called: 'levels of nested objects' },
  { limit: 'properties', most: 5_000, called: 'object properties' },
  { limit: 'enumValues', most: 1_000, called: 'enum values' },
  { limit: 'longEnum', most: 15_000, called: 'characters in an enum of more than 250 values' },
  { limit: 'characters', most: 120_000, called: 'characters of names, enum values and const values' },
];

export const emptySize = (): SchemaSize =>
  Object.fromEntries(limits.map(({ limit }) => [limit, 0])) as unknown as SchemaSize;

export function addSize(size: SchemaSize, schema: Schema, around: number): number {
  const names = ['properties', '$defs', 'definitions'].map((keyword) =>
    isObject(schema[keyword]) ? Object.keys(schema[keyword]) : [],
  );
  const values: unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const enumLength = lengthOf(values);
  const levels = around + Number(schema['type'] === 'object' || isObject(schema['properties']));
  size.levels = Math.max(size.levels, levels);
  size.properties += names[0]!.length;
  size.enumValues += values.length;
  if (values.length > 250) size.longEnum = Math.max(size.longEnum, enumLength);
  size.characters += lengthOf(names.flat()) + enumLength + lengthOf([schema['const']]);
  return levels;
}

const lengthOf = (texts: readonly unknown[]): number =>
  texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);

export const exceededBy = (size: SchemaSize): SizeLimit[] =>
  limits.filter(({ limit, most }) => size[limit] > most);

export const tooLarge = (size: SchemaSize, { limit, most, called }: SizeLimit): string =>
  `schema has ${size[limit]} ${called}, which exceeds the limit of ${most}.`;
