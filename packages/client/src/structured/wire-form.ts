/**
 * Schemas people write, in a form strict mode can carry, and the way back for the values. An optional property may
 * be `null`; a record is a list of keys and values; a tuple of unlike items is an object; dates and big integers are
 * strings; a root that is not an object is the only property of one. Schemas without any of these are left alone.
 */
import { hoistRefs } from './hoist-refs.ts';
import { copyOf, describesObjects, fingerprint, forEachSchema, isObject } from './keywords.ts';
import { annotations, placeOf, replace, type Schema } from './keywords.ts';
import { note } from './notes.ts';
import { nullAcceptance } from './nullable.ts';
import { type Step, trace } from './pointer.ts';
import { refusal, type Report } from './refusal.ts';
import { inexpressible, unsupported } from './rules.ts';
import { rootIsObject } from './strict.ts';
import { type Decoder, decoder, type Mark, type Marks } from './wire-value.ts';

/** A schema ready for strict mode, and how the values of that schema become those of the original. */
export interface WireForm {
  schema: Schema;
  /** Undefined when values are the same on both sides. Never fails: what does not fit is left for the validator. */
  decode: Decoder | undefined;
  /** Undefined when the root is not wrapped; else takes the wrapper off, also of a value still arriving. */
  unwrap: Decoder | undefined;
}

/**
 * Puts `source`, a JSON Schema of any form, into one for the wire. Throws when there is none.
 *
 * By the key `~native` a converter marks a string that stands for a native value; it never reaches the wire.
 */
export function wireForm(source: Schema, report: Report): WireForm {
  const { $schema, $id, ...schema }: Schema = copyOf(source);
  const named = { ...($schema && { $schema }), ...($id && { $id }) };
  const marks: Marks = new Map();
  hoistRefs(schema, crossesRebuilt, '__ref_', report);
  const acceptsNull = nullAcceptance(schema);
  forEachSchema(schema, (inner, path) => {
    const mark = (how: Mark): unknown => marks.set(inner, { ...marks.get(inner), ...how });
    if (inner['~native']) {
      mark({ as: inner['~native'] });
      delete inner['~native'];
    }
    if (Array.isArray(inner['items']) || Array.isArray(inner['prefixItems'])) {
      if (tupleToObject(inner)) mark({ as: 'tuple' });
    } else if (describesObjects(inner) && recordToList(inner, path, report)) mark({ as: 'record' });
    const optional = optionalToNullable(inner, schema, acceptsNull);
    if (optional.size) mark({ optional });
  });
  const read = marks.size ? decoder(schema, marks) : undefined;
  const whole = rootIsObject(schema);
  return {
    schema: { ...named, ...(whole ? schema : wrapped(copyOf(schema))) },
    decode: read,
    unwrap: whole ? undefined : (value) => (isObject(value) ? value['value'] : undefined),
  };
}

/** Places that are gone, or mean something else, once the schema is for the wire. */
const crossesRebuilt = ({ from, keyword, key }: Step): boolean =>
  (keyword === 'properties' && !from['required']?.includes(key)) ||
  keyword === 'additionalProperties' ||
  unsupported.has(keyword) ||
  (keyword === 'items' && key !== undefined);

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

/** True when values of `schema` are now lists of `{ key, value }`. */
function recordToList(schema: Schema, path: string[], report: Report): boolean {
  const { additionalProperties, properties, patternProperties, ...rest } = schema;
  const names = Object.keys(properties ?? {});
  const patterns = Object.keys(patternProperties ?? {});
  // Other keys than those of a pattern need not be asked for, where they are only tolerated.
  const byPattern = !names.length && patterns.length === 1 && toleratesAll(additionalProperties ?? true);
  const values = byPattern ? patternProperties[patterns[0]!] : additionalProperties;
  if (!values) return false;
  const { propertyNames } = schema;
  const keys = propertyNames?.enum ?? (propertyNames && 'const' in propertyNames && [propertyNames.const]);
  if (keys) {
    const each = keys.map((key: string) => [key, copyOf(values)]);
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
            'which cannot be represented in strict Structured Outputs. Put the further ones into a record property.',
        ),
      );
    }
    delete schema['additionalProperties'];
    return false;
  }
  const { type = 'string' } = propertyNames ?? {};
  const named = type === 'string' ? { type, ...propertyNames } : { type: 'string' };
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

/** Whether `schema` allows every value, so that what it allows is not asked for. */
const toleratesAll = (schema: unknown): boolean =>
  schema === true || (isObject(schema) && !Object.keys(schema).length);

const itemKeywords = ['items', 'prefixItems', 'additionalItems'];

/** True when values of `schema` are now objects; false when items are alike, so that it is an ordinary array. */
function tupleToObject(schema: Schema): boolean {
  const list: unknown[] = schema['prefixItems'] ?? schema['items'];
  const after = schema['prefixItems'] ? schema['items'] : schema['additionalItems'];
  const rest = isObject(after) && after;
  const least: number = schema['minItems'] ?? list.length;
  if (list.length && new Set([...list, ...(rest ? [rest] : [])].map(fingerprint)).size === 1) {
    const most = rest ? schema['maxItems'] : list.length;
    rebuild(
      schema,
      { type: 'array', items: list[0], minItems: least, ...(most !== undefined && { maxItems: most }) },
      [...itemKeywords, 'minItems', 'maxItems'],
    );
    return false;
  }
  const { maxItems } = schema;
  const properties = {
    ...list,
    ...(rest && {
      rest: {
        type: 'array',
        items: rest,
        ...(least > list.length && { minItems: least - list.length }),
        ...(maxItems > list.length && { maxItems: maxItems - list.length }),
      },
    }),
  };
  const required = Object.keys(properties).filter((name) => name === 'rest' || Number(name) < least);
  const used = [...itemKeywords];
  if (rest || least <= list.length) used.push('minItems');
  if (maxItems >= list.length) used.push('maxItems');
  rebuild(schema, { type: 'object', properties, required, additionalProperties: false }, used);
  return true;
}

/** Names the properties that are now `null` when they are absent. Those with a default are always asked for. */
function optionalToNullable(
  schema: Schema,
  root: Schema,
  acceptsNull: (schema: unknown) => boolean,
): Set<string> {
  const { properties, required = [] } = schema;
  const optional = new Set<string>();
  if (!isObject(properties) || !Array.isArray(required)) return optional;
  const asked = new Set(required);
  for (const [name, property] of Object.entries(properties)) {
    if (asked.has(name) || acceptsNull(property)) continue;
    if (hasDefault(property, root)) asked.add(name);
    else {
      optional.add(name);
      properties[name] = nullable(property);
    }
  }
  if (asked.size > required.length) schema['required'] = [...asked];
  return optional;
}

function hasDefault(schema: unknown, root: Schema): boolean {
  const target = isObject(schema) && schema['$ref'] ? trace(root, schema['$ref'])?.target : schema;
  return [schema, target].some((schema) => isObject(schema) && 'default' in schema);
}

/** What a schema without further constraints becomes when it may be null. */
export const nullable = (schema: Schema): Schema =>
  ['string', 'number', 'boolean'].includes(schema['type']) &&
  Object.keys(schema).every((key) => key === 'type' || key === 'description')
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

/** An object whose `value` is `schema`. Definitions move up; pointers to other places follow the schema. */
function wrapped(schema: Schema): Schema {
  let name = 'value';
  while (Object.hasOwn(schema['$defs'] ?? {}, name)) name += '_';
  let named = false;
  forEachSchema(schema, (inner) => {
    const ref = inner['$ref'];
    if (ref === undefined || /^#\/(\$defs|definitions)\//.test(ref)) return;
    named = true;
    inner['$ref'] = `#/$defs/${name}${ref.slice(1)}`;
  });
  const { $defs, definitions, ...value } = schema;
  const defs = named ? { ...$defs, [name]: value } : $defs;
  return {
    type: 'object',
    properties: { value: named ? { $ref: `#/$defs/${name}` } : value },
    required: ['value'],
    additionalProperties: false,
    ...(defs && { $defs: defs }),
    ...(definitions && { definitions }),
  };
}
