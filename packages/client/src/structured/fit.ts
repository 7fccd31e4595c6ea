/**
 * Adapts a schema to the rules of strict mode as far as possible. What strict mode does not support is written
 * differently, or left out for the validator to check. The rules are in `rules.ts`.
 */
import { overlaid } from './all-of.ts';
import { annotations, fingerprint, forEachSchema, isObject, placeOf } from './keywords.ts';
import { replace, type Schema, tighter } from './keywords.ts';
import { note, notesOf, takeNotes } from './notes.ts';
import { hoistRefs } from './hoist-refs.ts';
import { trace } from './pointer.ts';
import type { Report } from './refusal.ts';
import { broken, faultsOf, impliedType, inexpressible, typed } from './rules.ts';
import { allOfRefs } from './strict.ts';

/** A rule of a schema, and where it stands in the schema that is sent. */
export interface Finding {
  /** Keywords, names and indexes, joined by slashes; `<root>` for the root. */
  path: string;
  /** The keyword, or what the validator's library calls the rule. */
  rule: string;
  value?: unknown;
}

/**
 * Changes `root` in place. Returns what it leaves out, and what the schema never said: only the validator checks it. With
 * `keepAll` nothing is left out because strict mode does not take it.
 */
export function fit(root: Schema, keepAll: boolean, report: Report): Finding[] {
  const checked: Finding[] = [];
  hoistRefs(root, ({ keyword }) => keyword === 'allOf', allOfRefs, report);
  forEachSchema(root, (schema, path) => {
    const place = placeOf(path);
    joinScalars(schema);
    if (!keepAll) settleType(schema);
    for (const [keyword, rule] of faultsOf(schema)) {
      if (keepAll && !inexpressible.has(keyword)) continue;
      if (rule.treatment === 'refuse') report(broken(rule, keyword, place));
      else {
        note(schema, { rule: keyword, value: schema[keyword] });
        delete schema[keyword];
      }
    }
    checked.push(...takeNotes(schema).map((left) => ({ path: place, ...left })));
  });
  return checked;
}

/** Lets every reference stand alone: what is beside it goes into a copy of its target, or around it. */
export function settleRefs(root: Schema): void {
  forEachSchema(root, (schema) => {
    const { $ref, ...beside } = schema;
    if ($ref === undefined || !Object.keys(beside).length) return;
    const target = trace(root, $ref)?.target;
    // What refers on may lead back here, and copies of copies grow without bound.
    let refers = !isObject(target);
    forEachSchema(target, (inner) => (refers ||= inner['$ref'] !== undefined));
    replace(schema, refers ? { ...beside, anyOf: [{ $ref }] } : overlaid(beside, target as Schema));
  });
}

/** Says the type that keywords imply, in `schema` and in the branches its own type is meant for. */
function settleType(schema: Schema): void {
  const implied = impliedType(schema);
  if (implied) schema['type'] = implied;
  const { type, anyOf } = schema;
  if (!scalarTypes.includes(type) || !Array.isArray(anyOf)) return;
  for (const branch of anyOf) {
    if (isObject(branch) && !typed.some((key) => key in branch)) branch['type'] = type;
  }
}

const isLimit = (keyword: string): boolean => /(Length|imum)$/.test(keyword);
const scalarTypes = ['string', 'number', 'integer', 'boolean'];
const scalarKeywords = ['type', 'enum', 'const', 'pattern', 'format', 'multipleOf', 'allOf'];

const isScalar = (schema: unknown): schema is Schema =>
  isObject(schema) &&
  (schema['type'] === undefined || scalarTypes.includes(schema['type'])) &&
  Object.keys(schema).every((key) => scalarKeywords.includes(key) || isLimit(key) || annotations.has(key));

/**
 * One schema instead of an `allOf` of strings or of numbers. Of two limits the tighter counts; of two patterns, formats and
 * the like one is sent, and the other is checked on parse.
 */
function joinScalars(schema: Schema): void {
  const { allOf, ...own } = schema;
  if (!Array.isArray(allOf) || !allOf.length || ![own, ...allOf].every(isScalar)) return;
  const joined: Schema = {};
  const notes = notesOf(schema).slice();
  for (const part of [own, ...allOf] as Schema[]) {
    joinScalars(part);
    notes.push(...notesOf(part));
    for (const [key, value] of Object.entries(part)) {
      const known = joined[key];
      if (known === undefined) joined[key] = value;
      else if (isLimit(key)) joined[key] = tighter(key, known, value);
      else if (key === 'type' && known !== value) {
        if (![known, value].every((type) => type === 'number' || type === 'integer')) return;
        joined[key] = 'integer';
      } else if (key === 'pattern' && faultsOf({ type: 'string', pattern: known }).size) {
        notes.push({ rule: key, value: known });
        joined[key] = value;
      } else if (!annotations.has(key) && fingerprint(known) !== fingerprint(value))
        notes.push({ rule: key, value });
    }
  }
  if (joined['allOf']) return;
  replace(schema, joined);
  note(schema, ...notes);
}
