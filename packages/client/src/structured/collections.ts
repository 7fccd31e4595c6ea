/** Converts records and tuples, which strict mode does not support, to the lists and objects that are sent instead. */
import { annotations, copyOf, fingerprint, isObject, placeOf, replace, type Schema } from './keywords.ts';
import { note, notesOf } from './notes.ts';
import { resolved } from './pointer.ts';
import { refusal, type Report } from './refusal.ts';
import { inexpressible } from './rules.ts';

/**
 * Makes `schema` of `next`, keeping its annotations. A `null` that was accepted stays so. Keywords that `next` was not
 * made of limit values that now have another form: only the validator can check them.
 */
function rebuild(schema: Schema, next: Schema, used: string[]): void {
  const kept: Schema = {};
  for (const [rule, value] of Object.entries(schema)) {
    if (rule === 'type' || used.includes(rule)) continue;
    if (annotations.has(rule) || inexpressible.has(rule)) kept[rule] = value;
    else note(schema, { rule, value });
  }
  const nullable = Array.isArray(schema['type']) && schema['type'].includes('null');
  replace(schema, { ...kept, ...next, ...(nullable && { type: [next['type'], 'null'] }) });
}

/** True when values of `schema`, a part of `root`, are now lists of `{ key, value }`. */
export function recordToList(schema: Schema, path: string[], root: Schema, report: Report): boolean {
  const { additionalProperties, properties, patternProperties, propertyNames, ...rest } = schema;
  const names = Object.keys(properties ?? {});
  const patterns = Object.keys(patternProperties ?? {});
  // Other keys than those of a pattern need not be asked for, where they are only tolerated.
  const byPattern = !names.length && patterns.length === 1 && toleratesAll(additionalProperties ?? true);
  const values = byPattern ? patternProperties[patterns[0]!] : additionalProperties;
  if (!values) return false;
  const keys = keysOf(propertyNames, root);
  if (keys) {
    const each = keys.map((key) => [key, copyOf(values)]);
    replace(schema, { ...rest, properties: { ...Object.fromEntries(each), ...properties } });
    return false;
  }
  if (names.length) {
    if (!toleratesAll(values)) {
      const place = placeOf(path);
      report(
        refusal(
          place,
          'additionalProperties',
          `Object schema at \`${place}\` has both named properties and \`additionalProperties\`, ` +
            'which cannot be represented in strict Structured Outputs. Put the others into a record property.',
        ),
      );
    }
    delete schema['additionalProperties'];
    return false;
  }
  const { type = 'string', ...limits } = copyOf(resolved(propertyNames, root));
  const named = type === 'string' ? { type, ...limits } : { type: 'string' };
  const key = byPattern ? { allOf: [named, { pattern: patterns[0] }] } : named;
  const pair = { key, value: values === true ? {} : values };
  const { minProperties: least, maxProperties: most } = schema;
  // A key may come twice: only of one item is it certain that it makes a property.
  const used = [
    'additionalProperties',
    'properties',
    'maxProperties',
    ...(least > 1 ? [] : ['minProperties']),
  ];
  if (type === 'string') used.push('propertyNames');
  if (byPattern) used.push('patternProperties');
  rebuild(
    schema,
    {
      type: 'array',
      items: { type: 'object', properties: pair, required: ['key', 'value'], additionalProperties: false },
      ...(least !== undefined && { minItems: least }),
      ...(most !== undefined && { maxItems: most }),
    },
    used,
  );
  return true;
}

/** The only keys that `schema` allows; undefined when it does not list them. */
function keysOf(schema: unknown, root: Schema): PropertyKey[] | undefined {
  const { const: only, enum: several, anyOf } = resolved(schema, root);
  if (only !== undefined) return [only];
  if (several || !Array.isArray(anyOf)) return several;
  const branches = anyOf.map((branch) => keysOf(branch, root));
  return branches.every((keys) => keys !== undefined) ? branches.flat() : undefined;
}

/** Whether `schema` allows every value, so that what it allows is not asked for. */
const toleratesAll = (schema: unknown): boolean =>
  schema === true || (isObject(schema) && !Object.keys(schema).length);

const itemKeywords = ['items', 'prefixItems', 'additionalItems', '~optional', '~last'];

/**
 * Makes `schema` an array where that loses nothing: its items are alike, and none may be absent before others. Otherwise its
 * values are now objects, and it returns how many items there are at least.
 */
export function tupleToObject(schema: Schema): number | undefined {
  const list: object[] = schema['prefixItems'] ?? schema['items'];
  const after = schema['prefixItems'] ? schema['items'] : schema['additionalItems'];
  const { maxItems, minItems: least = list.length, '~optional': optional = [], '~last': last = 0 } = schema;
  const rest = isObject(after) && after;
  const all = [...list, ...(rest ? [rest] : [])];
  if (!optional.length && new Set(all.map(fingerprint)).size === 1) {
    const most = rest ? maxItems : list.length;
    rebuild(
      schema,
      {
        type: 'array',
        items: note(all[0]!, ...all.flatMap(notesOf)),
        minItems: least,
        ...(most !== undefined && { maxItems: most }),
      },
      [...itemKeywords, 'minItems', 'maxItems'],
    );
    return undefined;
  }
  const first = list.length - last;
  const properties = {
    ...list.slice(0, first),
    ...(rest && {
      rest: {
        type: 'array',
        items: rest,
        ...(least > list.length && { minItems: least - list.length }),
        ...(maxItems > list.length && { maxItems: maxItems - list.length }),
      },
    }),
    // Counted from the end, as `at()` does.
    ...Object.fromEntries(list.slice(first).map((item, index) => [index - last, item])),
  };
  const always = (name: string): boolean => !(Number(name) >= least) && !optional.includes(Number(name));
  const used = [...itemKeywords];
  if (rest || least <= list.length) used.push('minItems');
  if (maxItems >= list.length) used.push('maxItems');
  rebuild(
    schema,
    {
      type: 'object',
      properties,
      required: Object.keys(properties).filter(always),
      additionalProperties: false,
    },
    used,
  );
  const absent = list.length - Math.max(least, 0);
  if (!optional.length && absent > (rest ? 0 : 1))
    note(schema, { rule: 'items', value: 'none after an absent one' });
  return least;
}
