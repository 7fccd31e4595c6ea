/**
 * Explains what happens to a schema for strict mode: what is sent, what only the validator checks, and what is refused.
 * The texts and sources are here, so that other programs do not load them.
 */
import type { JSONSchema } from './json-schema.ts';
import {
  forEachJSONSchemaChild,
  forEachSchema,
  isObject,
  placeOf,
  replace,
  type Schema,
} from './keywords.ts';
import { addSize, emptySize, exceededBy, type SchemaSize, type SizeLimit, tooLarge } from './size.ts';
import type { Note } from './notes.ts';
import type { Inspection, Refusal, Report } from './refusal.ts';
import { broken, faultsOf, formats, unsupported } from './rules.ts';
import { sendable, type SchemaOptions } from './schema-parser.ts';
import { rulesOfZod } from './zod-rules.ts';

/** A rule of a schema. */
export interface SchemaRule {
  /** Where in the JSON Schema it stands: keywords, names and indexes, joined by slashes; `<root>` for the root. */
  path: string;
  /** A keyword of JSON Schema, or what the library of the schema calls the rule or the type. */
  rule: string;
  /** The value of the keyword, or the argument of the rule. */
  value?: unknown;
}

/** A rule that is not sent. A value that breaks it fails to parse. */
export interface CheckedRule extends SchemaRule {
  /** Why it is not sent. */
  why: string;
}

/** A rule that strict mode refuses. */
export interface RefusedRule extends SchemaRule {
  /** The message of the error. */
  message: string;
  /** What to write instead. Absent where `message` says it: for what is no schema of the library. */
  advice?: string;
  /** Where the rule is written down: a URL, or how else it is known. */
  source?: string;
}

/** A limit of strict mode that a schema exceeds. */
export interface ExceededLimit {
  /** Where the schema first exceeds the limit, as a path in the JSON Schema. */
  path: string;
  /** Which size is limited. */
  limit: keyof SchemaSize;
  /** The size of the whole schema. */
  value: number;
  /** The largest size that strict mode takes. */
  most: number;
  /** The message of the API's error. */
  message: string;
  /** Where the limit is written down. */
  source: string;
}

/** What a schema helper does with a schema. */
export interface SchemaExplanation {
  /** The JSON Schema that is sent; undefined when the helpers throw for this schema. */
  schema: JSONSchema | undefined;
  /** What is not sent, and only checked when a response is parsed. */
  checked: CheckedRule[];
  /** With `keep: 'all'`, what is sent although strict mode of the API refuses it. */
  kept: RefusedRule[];
  /** Why the helpers throw for this schema; empty when they do not. */
  refused: RefusedRule[];
  /** Limits of strict mode that the schema exceeds. The helpers send it, and the API refuses it. */
  exceeded: ExceededLimit[];
}

/** Explains the schema that `convert` makes. Never throws: an error of `convert` is listed too. */
export function explain(
  convert: (inspection: Inspection) => Schema,
  options: SchemaOptions,
): SchemaExplanation {
  const refusals: (Error & Partial<Refusal>)[] = [];
  const explanation: SchemaExplanation = {
    schema: undefined,
    checked: [],
    kept: [],
    refused: [],
    exceeded: [],
  };
  const collect =
    (into: Error[]): Report =>
    (refusal, schema) => {
      into.push(refusal);
      // Any schema that breaks no rule: what is wrong with this one has been said.
      if (schema) replace(schema, { type: 'string' });
    };
  try {
    const report = collect(refusals);
    const { schema } = sendable(convert({ report }), options, report);
    // A second time, as Zod writes what it is shown more about in another way.
    const again = collect([]);
    const { checked } = sendable(convert({ report: again, look: rulesOfZod }), options, again);
    explanation.checked = checked.map((rule) => ({ ...rule, why: whyChecked(rule) }));
    if (!refusals.length) {
      explanation.schema = schema;
      explanation.exceeded = exceededIn(schema);
    }
    if (options.keep) explanation.kept = keptIn(schema);
  } catch (error) {
    refusals.push(error instanceof Error ? error : new Error(String(error)));
  }
  explanation.refused = distinct(refusals.map(refused));
  return explanation;
}

const sources = {
  guide: 'https://platform.openai.com/docs/guides/structured-outputs#supported-schemas',
  reported: 'error messages of the API that its users have published',
  draft7: 'https://json-schema.org/draft-07/json-schema-validation',
  json: 'https://www.rfc-editor.org/rfc/rfc8259#section-3',
};

/** Which source each rule has, and what to write instead where the rule itself does not say so. */
const reasons: [source: keyof typeof sources, rules: string, advice?: string][] = [
  ['guide', 'additionalProperties', 'Put additional properties into a record property.'],
  ['guide', 'required', 'Declare each required property in `properties`.'],
  ['draft7', 'allOf', 'Combine them into one schema.'],
  ['draft7', 'anyOf', 'Move the other keywords into each branch.'],
  ['draft7', '$ref', 'Refer to a definition in the same schema, with nothing but annotations beside `$ref`.'],
  ['draft7', '$id', 'Leave `$id` out of inner schemas.'],
  ['reported', 'type', 'Specify the type of the value.'],
  ['reported', 'items oneOf prefixItems unevaluatedItems pattern'],
  ['reported', '$anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef'],
  ['json', '__proto__', 'Give the property another name.'],
];

const convert = 'Use a type that JSON has, and convert the value with a transform.';

function refused(error: Error & Partial<Refusal>): RefusedRule {
  const { path = '<root>', rule, message } = error;
  if (rule === undefined) return { path, rule: 'schema', message };
  const [source, , advice] = reasons.find(([, rules]) => rules.split(' ').includes(rule)) ?? [
    unsupported.has(rule) || rule === 'format' ? 'guide' : 'json',
  ];
  const known = faultsOf({ [rule]: {} }).get(rule)?.advice ?? advice;
  return { path, rule, message, advice: error.advice ?? known ?? convert, source: sources[source] };
}

/** Each rule at each place once, without what stands inside a refused keyword. */
function distinct(all: RefusedRule[]): RefusedRule[] {
  const places = new Set(
    all.flatMap(({ path, rule }) => (unsupported.has(rule) ? `${under(path)}${rule}` : [])),
  );
  /** Whether a place is one of them, or in one of them: whatever ends in front of a slash. */
  const inside = (path: string): boolean =>
    Array.from(`${path}/`.matchAll(/\//g), ({ index }) => path.slice(0, index)).some((place) =>
      places.has(place),
    );
  const key = ({ path, rule }: RefusedRule): string => `${under(path)}${rule}`;
  const seen = new Set<string>();
  return all.filter((one) => !inside(one.path) && !seen.has(key(one)) && seen.add(key(one)));
}

const under = (path: string): string => (path === '<root>' ? '' : `${path}/`);

/** What is in `root` although strict mode refuses it. */
function keptIn(root: Schema): RefusedRule[] {
  const kept: RefusedRule[] = [];
  forEachSchema(root, (schema, path) => {
    for (const [rule, fault] of faultsOf(schema)) {
      const value = schema[rule];
      const entry = refused(broken(fault, rule, placeOf(path)));
      const left = fault.treatment === 'check' && { message: whyChecked({ rule, value }), advice: leaveOut };
      kept.push({ ...entry, ...left, ...(value !== undefined && { value }) });
    }
  });
  return kept;
}

/** Each limit that `root` exceeds, at the first schema that is too much. */
function exceededIn(root: Schema): ExceededLimit[] {
  const size = emptySize();
  const places = new Map<SizeLimit, string[]>();
  const visit = (schema: unknown, path: string[], around: number): void => {
    if (!isObject(schema)) return;
    const levels = addSize(size, schema, around);
    for (const limit of exceededBy(size)) if (!places.has(limit)) places.set(limit, path);
    forEachJSONSchemaChild(schema, path, (child, childPath, keyword) =>
      visit(child, childPath, keyword === '$defs' || keyword === 'definitions' ? 0 : levels),
    );
  };
  visit(root, [], 0);
  return Array.from(places, ([limit, path]) => ({
    path: placeOf(path),
    limit: limit.limit,
    value: size[limit.limit],
    most: limit.most,
    message: `The ${tooLarge(size, limit)}`,
    source: sources.guide,
  }));
}

const leaveOut = "Leave `keep: 'all'` out, so that it is checked when a response is parsed.";

const once = ['pattern', 'format', 'multipleOf'];

function whyChecked({ rule, value, why }: Note): string {
  if (why) return why;
  const isFault = faultsOf({ type: 'string', [rule]: value }).has(rule);
  if (rule === 'format' && isFault) return `Strict mode supports only these formats: ${formats.join(', ')}.`;
  if (rule === 'pattern' && isFault)
    return 'Strict mode supports neither lookaround nor backreferences in a `pattern`.';
  if (once.includes(rule)) return `Only one \`${rule}\` can be sent.`;
  if (isFault) return `Strict mode does not support \`${rule}\`.`;
  return 'It applies to a record or tuple, which is sent in another form.';
}
