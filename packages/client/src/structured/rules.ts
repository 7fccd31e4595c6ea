/**
 * The rules of strict mode, and what the schema helpers do about each, in one table. A keyword in no row is sent. The
 * sources of the rules are in `explain.ts`, which most programs do not load.
 */
import { isObject, type Schema } from './keywords.ts';
import { notStrict, type Refusal, unsupportedKeyword } from './refusal.ts';

/** What a row says of a keyword for which a row before it says nothing. */
export interface Rule {
  /** Either the keyword is left out and checked when a response is parsed, or the schema is refused. */
  readonly treatment: 'check' | 'refuse';
  /** The keywords it is about, separated by spaces. */
  readonly keywords: string;
  /** What to write instead. */
  readonly advice?: string;
  /** Which schemas break it; by default all that have the keyword. Only then can the keyword be absent. */
  readonly when?: (value: any, schema: Schema) => boolean;
  /** What is wrong, where that is not the keyword alone. */
  readonly wrong?: string;
}

export const formats: string[] = 'date-time time date duration email hostname ipv4 ipv6 uuid'.split(' ');

/** Lookahead, lookbehind and references back to a group: what an expression cannot have and be matched step by step. */
export const needsBacktracking: RegExp = /\(\?<?[=!]|\\[1-9]|\\k</;

const isNothing = (value: unknown): boolean =>
  value === true || (isObject(value) && !Object.keys(value).length);

/** Say what a value may be, like `type`. */
export const typed: string[] = ['type', 'enum', 'const', 'anyOf', 'allOf', '$ref'];

const implying: [type: string, keywords: string[]][] = [
  ['object', ['properties', 'required', 'additionalProperties']],
  ['array', ['items']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** The type that the keywords of a schema are about; undefined where it says what a value may be. */
export function impliedType(schema: Schema): string | undefined {
  const has = (key: string): boolean => schema[key] !== undefined;
  return typed.some(has) ? undefined : implying.find(([, keywords]) => keywords.some(has))?.[0];
}

/** `allOf` is missing: it is resolved before strict mode sees the schema. */
const rules: readonly Rule[] = [
  {
    treatment: 'check',
    keywords: 'format',
    when: (format) => format !== undefined && !formats.includes(format),
  },
  { treatment: 'check', keywords: 'pattern', when: (pattern) => needsBacktracking.test(pattern ?? '') },
  {
    treatment: 'check',
    keywords: 'unevaluatedItems unevaluatedProperties',
    when: (schema) => schema === false,
  },
  {
    treatment: 'refuse',
    keywords: 'not',
    when: isNothing,
    wrong: 'allows no value and',
    advice: 'Leave it out.',
  },
  {
    treatment: 'refuse',
    keywords: 'type',
    when: (_type, schema) =>
      !isNothing(schema['not']) && ![...typed, 'oneOf'].some((keyword) => schema[keyword] !== undefined),
    wrong: 'has no `type`, so that it allows any value, and',
    advice:
      "Specify its type. For any JSON value, use `z.json()`. For a server that accepts it, use `keep: 'all'`.",
  },
  {
    treatment: 'refuse',
    keywords: 'items',
    when: (items, { type, prefixItems }) =>
      items === undefined && !prefixItems && [type].flat().includes('array'),
    wrong: 'declares an array without `items`, which',
    advice: 'Specify its items.',
  },
  {
    treatment: 'check',
    keywords:
      'not uniqueItems contains minContains maxContains minProperties maxProperties propertyNames dependentRequired ' +
      'additionalItems contentEncoding contentMediaType contentSchema',
  },
  {
    treatment: 'refuse',
    keywords: 'oneOf if then else dependencies dependentSchemas',
    advice: 'Use a union whose branches differ in a literal property.',
  },
  {
    treatment: 'refuse',
    keywords: 'patternProperties unevaluatedProperties',
    advice: 'Put properties with variable names into a separate record.',
  },
  {
    treatment: 'refuse',
    keywords: 'prefixItems unevaluatedItems',
    advice: 'Use an object with a property for each item.',
  },
  {
    treatment: 'refuse',
    keywords: '$anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef',
    advice: 'Use `$ref` with a JSON Pointer.',
  },
];

/** Every keyword with each rule about it, in the order of the table. */
const rows = /* @__PURE__ */ rules.flatMap((rule) =>
  rule.keywords.split(' ').map((keyword) => [keyword, rule] as const),
);

const keywordsOf = (treatments: string): Set<string> =>
  new Set(
    rows.flatMap(([keyword, rule]) => (!rule.when && treatments.includes(rule.treatment) ? [keyword] : [])),
  );

/** The keywords strict mode does not know. */
export const unsupported: ReadonlySet<string> = /* @__PURE__ */ keywordsOf('check refuse');

/** Those of them that can neither be left out nor sent to a server that knows them. */
export const inexpressible: ReadonlySet<string> = /* @__PURE__ */ keywordsOf('refuse');

/** What strict mode refuses of `schema` itself, not of the schemas inside it: each keyword with the first rule it breaks. */
export function faultsOf(schema: Schema): Map<string, Rule> {
  const found = new Map<string, Rule>();
  for (const [keyword, rule] of rows) {
    const value = schema[keyword];
    if (!found.has(keyword) && (rule.when ? rule.when(value, schema) : value !== undefined))
      found.set(keyword, rule);
  }
  return found;
}

/** Says that the schema at `path` breaks `rule`, and what to write instead. */
export function broken({ wrong, advice }: Rule, keyword: string, path: string): Refusal {
  const error = wrong ? notStrict(path, keyword, wrong) : unsupportedKeyword(keyword, path);
  return advice ? Object.assign(error, { advice, message: `${error.message} ${advice}` }) : error;
}
