/**
 * What strict mode takes of JSON Schema: one table, in which each rule has its source. The rules about keywords are those
 * of `explainSchema` of the client; a test holds the two together.
 */
import { isRecord } from '../validation/checks.ts';

type PlainSchema = Record<string, unknown>;

const sources = {
  /** https://platform.openai.com/docs/guides/structured-outputs#supported-schemas */
  guide: 'the guide',
  /** Messages of the API that its users have published, in their words. */
  reported: 'published messages',
  /** Neither says it plainly. The rule is the stricter reading, so that what passes here passes there. */
  weak: 'a reading of the guide',
};

interface StrictRule {
  source: keyof typeof sources;
  /** Completes a sentence that begins with the place of the schema; undefined when the schema keeps the rule. */
  broken(schema: PlainSchema, at: Place): string | undefined;
}

/** Where a schema stands. */
export interface Place {
  isRoot: boolean;
  /** Objects around it, itself included. */
  depth: number;
}

const formats = new Set('date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '));

/** Say what a value may be. */
const telling = ['type', 'enum', 'const', 'anyOf', '$ref'];

/** May stand beside the `$ref` of a root. */
const besideRoot = new Set(['$ref', '$defs', 'definitions', '$schema', '$id', 'title', 'description']);

const refuseKeywords = (keywords: string): StrictRule['broken'] => {
  const names = keywords.split(' ');
  return (schema) => {
    const name = names.find((keyword) => Object.hasOwn(schema, keyword));
    return name && `'${name}' is not permitted.`;
  };
};

/** The rules for one schema, in the order in which they are held. */
export const strictRules: readonly StrictRule[] = [
  {
    source: 'guide',
    broken: refuseKeywords(
      'allOf oneOf not if then else dependentRequired dependentSchemas dependencies patternProperties propertyNames ' +
        'unevaluatedItems unevaluatedProperties contains minContains maxContains uniqueItems prefixItems ' +
        'minProperties maxProperties',
    ),
  },
  {
    source: 'weak',
    broken: refuseKeywords(
      'additionalItems contentEncoding contentMediaType contentSchema ' +
        '$anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef',
    ),
  },
  {
    source: 'guide',
    broken: (schema, { isRoot }) =>
      isRoot && Object.hasOwn(schema, 'anyOf') ? "'anyOf' is not permitted at the root." : undefined,
  },
  {
    source: 'reported',
    broken: (schema) =>
      telling.some((keyword) => Object.hasOwn(schema, keyword))
        ? undefined
        : "schema must have a 'type' key.",
  },
  {
    source: 'reported',
    broken(schema, { isRoot }) {
      if (!Object.hasOwn(schema, '$ref')) return undefined;
      const beside = Object.keys(schema).filter((key) => (isRoot ? !besideRoot.has(key) : key !== '$ref'));
      const shown = beside.map((key) => `'${key}'`).join(', ');
      return beside.length > 0 ? `$ref cannot have keywords {${shown}}.` : undefined;
    },
  },
  {
    source: 'reported',
    broken: ({ format }) =>
      typeof format === 'string' && !formats.has(format) ? `'${format}' is not a valid format.` : undefined,
  },
  {
    source: 'reported',
    broken: ({ pattern }) =>
      typeof pattern === 'string' && /\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)
        ? "'pattern' must not have lookaround or references back to a group."
        : undefined,
  },
  {
    // That the levels are those of objects is not said.
    source: 'weak',
    broken: (_schema, { depth }) => (depth > 10 ? '10 levels of nested objects are exceeded.' : undefined),
  },
];

/** What the schemas of one root have together. */
export interface Totals {
  properties: number;
  enumValues: number;
  /** Characters of names of properties and definitions, of values of `enum` and of `const`. */
  characters: number;
}

const limits: { total: keyof Totals; most: number; called: string; source: keyof typeof sources }[] = [
  { total: 'properties', most: 5_000, called: 'object properties', source: 'guide' },
  { total: 'enumValues', most: 1_000, called: 'enum values', source: 'guide' },
  {
    total: 'characters',
    most: 120_000,
    called: 'characters of names, enum values and const values',
    source: 'guide',
  },
];

/** Adds a schema to the totals. Returns the sentence about a limit that is exceeded with it. */
export function exceeded(schema: PlainSchema, totals: Totals): string | undefined {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [];
  const names = ['properties', '$defs', 'definitions'].flatMap((keyword) =>
    isRecord(schema[keyword]) ? Object.keys(schema[keyword]) : [],
  );
  const lengthOf = (texts: readonly unknown[]): number =>
    texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
  const enumLength = lengthOf(values);
  totals.properties += isRecord(schema['properties']) ? Object.keys(schema['properties']).length : 0;
  totals.enumValues += values.length;
  totals.characters += lengthOf(names) + enumLength + lengthOf([schema['const']]);
  if (values.length > 250 && enumLength > 15_000) {
    return `the values of an enum of more than 250 have ${enumLength} characters, which exceeds the limit of 15000.`;
  }
  const over = limits.find(({ total, most }) => totals[total] > most);
  return over && `schema has ${totals[over.total]} ${over.called}, which exceeds the limit of ${over.most}.`;
}
