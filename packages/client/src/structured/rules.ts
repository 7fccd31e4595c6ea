/**
 * What strict mode takes of JSON Schema, what it refuses, and what the schema helpers do about it, in one table. This
 * module knows no client and no validator: whatever has to refuse schemas as the API does can read it.
 */
import type { Schema } from './keywords.ts';

/** Where a rule is written down. */
export const sources = {
  guide: 'https://platform.openai.com/docs/guides/structured-outputs#supported-schemas',
  reported: 'error messages of the API that its users have published',
  draft7: 'https://json-schema.org/draft-07/json-schema-validation',
} as const;

export interface Rule {
  /** The keywords it is about, separated by spaces. */
  readonly keywords: string;
  /**
   * What the schema helpers do: `send` the keyword; `rewrite` the schema into one that does not need it; leave it out and
   * `check` it when a response is parsed; `refuse` the schema. Strict mode refuses everything but `send`.
   */
  readonly treatment: 'send' | 'rewrite' | 'check' | 'refuse';
  readonly source: keyof typeof sources;
  /** Which schemas it is about; by default all that have the keyword. Only then can the keyword be absent. */
  readonly when?: (value: any, schema: Schema) => boolean;
  /** What is wrong, and what to write instead, where more can be said than that the keyword is not supported. */
  readonly advice?: keyof typeof advice;
}

/** Completes "Schema at `place`", and a sentence that says what to write instead. */
const advice = {
  format: ['has a `format` that is not one of the supported ones'],
  pattern: ['uses lookaround or a backreference in its `pattern`'],
  nothing: ['allows no value', 'Leave it out.'],
  anything: [
    'has no `type`, so that it allows any value,',
    "Say what it may be, for any JSON with `z.json()` of Zod, or send it to a server that takes it with `keep: 'all'`.",
  ],
  items: ['declares an array without `items`,', 'Say what its items are.'],
  beside: ['has keywords beside `$ref`', 'Put them into the schema it refers to.'],
  open: ['does not set `additionalProperties: false`'],
  optional: ['does not list every property in `required`', 'Let optional ones be `null`.'],
  union: ['', 'Use a union whose branches differ in a literal property.'],
  record: ['', 'Put properties without a fixed name into a record of their own.'],
  tuple: ['', 'Use an object with a property for each item.'],
  pointer: ['', 'Use `$ref` with a JSON Pointer.'],
} as const;

/** The formats strict mode knows. */
const formats = new Set('date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '));

/** Lookahead, lookbehind and references back to a group: what an expression cannot have and be matched step by step. */
const needsBacktracking = /\(\?<?[=!]|\\[1-9]|\\k</;

const isType = (schema: Schema, type: string): boolean => [schema['type']].flat().includes(type);
const isNothing = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && !Object.keys(value).length);

const saysTypes = ['enum', 'const', 'anyOf', 'allOf', 'oneOf', '$ref'];

/** The first rule that applies to a keyword is the one that counts. */
export const rules: readonly Rule[] = [
  {
    keywords: 'format',
    treatment: 'check',
    source: 'guide',
    when: (format) => format !== undefined && !formats.has(format),
    advice: 'format',
  },
  {
    keywords: 'pattern',
    treatment: 'check',
    source: 'reported',
    when: (pattern) => needsBacktracking.test(pattern ?? ''),
    advice: 'pattern',
  },
  {
    keywords: 'not',
    treatment: 'refuse',
    source: 'guide',
    when: isNothing,
    advice: 'nothing',
  },
  {
    keywords: 'type',
    treatment: 'refuse',
    source: 'reported',
    when: (type, schema) =>
      type === undefined && !isNothing(schema['not']) && !saysTypes.some((keyword) => keyword in schema),
    advice: 'anything',
  },
  {
    keywords: '$ref',
    treatment: 'rewrite',
    source: 'reported',
    when: ($ref, schema) => $ref !== undefined && Object.keys(schema).some((key) => key !== '$ref'),
    advice: 'beside',
  },
  {
    keywords: 'items',
    treatment: 'refuse',
    source: 'reported',
    when: (items, schema) => isType(schema, 'array') && items === undefined && !('prefixItems' in schema),
    advice: 'items',
  },
  {
    keywords: 'additionalProperties',
    treatment: 'rewrite',
    source: 'guide',
    when: (open, schema) => isType(schema, 'object') && open !== false,
    advice: 'open',
  },
  {
    keywords: 'required',
    treatment: 'rewrite',
    source: 'guide',
    when: (required = [], { properties = {} }) =>
      Object.keys(properties).some((name) => !required.includes(name)),
    advice: 'optional',
  },
  {
    keywords: 'type enum const anyOf $ref $defs definitions properties required additionalProperties items',
    treatment: 'send',
    source: 'guide',
  },
  {
    keywords:
      'pattern format minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems',
    treatment: 'send',
    source: 'guide',
  },
  { keywords: 'title description default', treatment: 'send', source: 'reported' },
  { keywords: 'allOf', treatment: 'rewrite', source: 'guide' },
  {
    keywords: 'oneOf',
    treatment: 'rewrite',
    source: 'reported',
    advice: 'union',
  },
  {
    keywords: 'prefixItems',
    treatment: 'rewrite',
    source: 'reported',
    advice: 'tuple',
  },
  {
    keywords: 'unevaluatedItems unevaluatedProperties',
    treatment: 'check',
    source: 'reported',
    when: (schema) => schema === false,
  },
  {
    keywords:
      'not uniqueItems contains minContains maxContains minProperties maxProperties propertyNames dependentRequired ' +
      'additionalItems contentEncoding contentMediaType contentSchema',
    treatment: 'check',
    source: 'guide',
  },
  {
    keywords: 'patternProperties unevaluatedProperties',
    treatment: 'refuse',
    source: 'guide',
    advice: 'record',
  },
  { keywords: 'unevaluatedItems', treatment: 'refuse', source: 'guide', advice: 'tuple' },
  {
    keywords: 'if then else dependencies dependentSchemas',
    treatment: 'refuse',
    source: 'guide',
    advice: 'union',
  },
  {
    keywords: '$anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef',
    treatment: 'refuse',
    source: 'reported',
    advice: 'pointer',
  },
];

/** Every keyword with each rule about it, in the order of the table. */
const rows: readonly (readonly [keyword: string, rule: Rule])[] = /* @__PURE__ */ rules.flatMap((rule) =>
  rule.keywords.split(' ').map((keyword) => [keyword, rule] as const),
);

/** The keywords strict mode does not know. `allOf` is missing: it is resolved before anyone looks here. */
export const unsupported: ReadonlySet<string> = /* @__PURE__ */ keywordsThat(
  ({ treatment }, keyword) => treatment !== 'send' && keyword !== 'allOf',
);

/** Those of them that can neither be left out nor sent to a server that knows them. */
export const inexpressible: ReadonlySet<string> = /* @__PURE__ */ keywordsThat(
  ({ treatment }, keyword) => treatment !== 'check' && unsupported.has(keyword),
);

function keywordsThat(are: (rule: Rule, keyword: string) => boolean): Set<string> {
  return new Set(rows.flatMap(([keyword, rule]) => (!rule.when && are(rule, keyword) ? [keyword] : [])));
}

/** A rule that a schema breaks, and the keyword by which it does. */
export interface Fault {
  keyword: string;
  rule: Rule;
}

/** What strict mode refuses of `schema` itself; not of the schemas inside it. */
export function faultsOf(schema: Schema): Fault[] {
  const found = new Map<string, Rule>();
  for (const [keyword, rule] of rows) {
    const value = schema[keyword];
    if (found.has(keyword) || !(rule.when ? rule.when(value, schema) : value !== undefined)) continue;
    found.set(keyword, rule);
  }
  return [...found].flatMap(([keyword, rule]) => (rule.treatment === 'send' ? [] : [{ keyword, rule }]));
}

/** What to say of a fault at `place`. */
export function messageOf({ keyword, rule }: Fault, place: string): string {
  const [wrong, instead] = rule.advice ? advice[rule.advice] : [];
  return (
    `Schema at \`${place}\` ${wrong || `uses unsupported keyword \`${keyword}\``} and cannot be represented in strict ` +
    `Structured Outputs.${instead ? ` ${instead}` : ''}`
  );
}
