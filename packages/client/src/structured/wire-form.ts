/**
 * Schemas people write, in a form strict mode can carry, and the way back for the values. An optional property may
 * be `null`; a record is a list of keys and values; a tuple of unlike items is an object; dates and big integers are
 * strings; a root that is not an object is the only property of one. Schemas without any of these are left alone.
 */
import { hoistRefs } from './hoist-refs.ts';
import { copyOf, describesObjects, fingerprint, forEachSchema, isObject } from './keywords.ts';
import { annotations, placeOf, replace, type Schema } from './keywords.ts';
import { nullAcceptance } from './nullable.ts';
import { type Step, trace } from './pointer.ts';
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
export function wireForm(source: Schema): WireForm {
  const { $schema, $id, ...schema }: Schema = copyOf(source);
  const named = { ...($schema && { $schema }), ...($id && { $id }) };
  const marks: Marks = new Map();
  hoistRefs(schema, crossesRebuilt, '__ref_');
  const acceptsNull = nullAcceptance(schema);
  forEachSchema(schema, (inner, path) => {
    const mark = (how: Mark): unknown => marks.set(inner, { ...marks.get(inner), ...how });
    if (inner['~native']) {
      mark({ as: inner['~native'] });
      delete inner['~native'];
    }
    if (Array.isArray(inner['items']) || Array.isArray(inner['prefixItems'])) {
      if (tupleToObject(inner)) mark({ as: 'tuple' });
    } else if (describesObjects(inner) && recordToList(inner, path)) mark({ as: 'record' });
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

/** Places that are gone, or mean something else, once records, tuples and optional properties are rebuilt. */
const crossesRebuilt = ({ from, keyword, key }: Step): boolean =>
  (keyword === 'properties' && !from['required']?.includes(key)) ||
  ['additionalProperties', 'propertyNames', 'additionalItems', 'prefixItems'].includes(keyword) ||
  (keyword === 'items' && key !== undefined);

/** Makes `schema` of `next`, keeping its annotations. A `null` that was accepted stays so. */
function rebuild(schema: Schema, next: Schema): void {
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => annotations.has(key)));
  const nullable = Array.isArray(schema['type']) && schema['type'].includes('null');
  replace(schema, { ...kept, ...next, ...(nullable && { type: [next['type'], 'null'] }) });
}

/** True when values of `schema` are now lists of `{ key, value }`. */
function recordToList(schema: Schema, path: string[]): boolean {
  const { additionalProperties: values, propertyNames, properties, ...rest } = schema;
  if (!values) return false;
  const keys = propertyNames?.enum ?? (propertyNames && 'const' in propertyNames && [propertyNames.const]);
  if (keys) {
    const each = keys.map((key: string) => [key, copyOf(values)]);
    replace(schema, { ...rest, properties: { ...Object.fromEntries(each), ...properties } });
    return false;
  }
  if (Object.keys(properties ?? {}).length) {
    // What is only tolerated need not be asked for.
    if (values === true || !Object.keys(values).length) {
      delete schema['additionalProperties'];
      return false;
    }
    throw new Error(
      `Object schema at \`${placeOf(path)}\` has both named properties and \`additionalProperties\`, ` +
        'which cannot be represented in strict Structured Outputs. Put the further ones into a record property.',
    );
  }
  const key = propertyNames?.type === 'string' ? propertyNames : { type: 'string' };
  const pair = { key, value: values === true ? {} : values };
  rebuild(schema, {
    type: 'array',
    items: { type: 'object', properties: pair, required: ['key', 'value'], additionalProperties: false },
  });
  return true;
}

/** True when values of `schema` are now objects; false when items are alike, so that it is an ordinary array. */
function tupleToObject(schema: Schema): boolean {
  const list: unknown[] = schema['prefixItems'] ?? schema['items'];
  const after = schema['prefixItems'] ? schema['items'] : schema['additionalItems'];
  const rest = isObject(after) && after;
  const least: number = schema['minItems'] ?? list.length;
  if (list.length && new Set([...list, ...(rest ? [rest] : [])].map(fingerprint)).size === 1) {
    const most = rest ? schema['maxItems'] : list.length;
    rebuild(schema, {
      type: 'array',
      items: list[0],
      minItems: least,
      ...(most !== undefined && { maxItems: most }),
    });
    return false;
  }
  const properties = {
    ...list,
    ...(rest && { rest: { type: 'array', items: rest } }),
  };
  const required = Object.keys(properties).filter((name) => name === 'rest' || Number(name) < least);
  rebuild(schema, { type: 'object', properties, required, additionalProperties: false });
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
