/**
 * Schemas people write, in a form strict mode can carry, and the way back for the values. An optional property may
 * be `null`; a record is a list of keys and values; a tuple of unlike items is an object; dates and big integers are
 * strings; a root that is not an object is the only property of one. Schemas without any of these are left alone.
 */
import { readings } from './choices.ts';
import { recordToList, tupleToObject } from './collections.ts';
import { hoistRefs } from './hoist-refs.ts';
import { copyOf, describesObjects, forEachSchema, isObject, type Schema } from './keywords.ts';
import { nullAcceptance } from './nullable.ts';
import { type Step, trace } from './pointer.ts';
import type { Report } from './refusal.ts';
import { impliedType, unsupported } from './rules.ts';
import { rootIsObject } from './strict.ts';
import { refuseHidden } from './hidden-branches.ts';
import { type Decoder, type Mark, type Marks, reading } from './wire-value.ts';

/** A schema ready for strict mode, and how values of that schema become values of the given one. */
export interface WireForm {
  schema: Schema;
  /**
   * Readings of a value in the form of the given schema, as in {@link readings}. Undefined when values are the same on both sides.
   * Never fails: what does not fit is left for the validator.
   */
  decode: ((value: unknown) => ReturnType<typeof readings>) | undefined;
  /** Undefined when the root is not wrapped; else takes the wrapper off, also of a value still arriving. */
  unwrap: Decoder | undefined;
}

/**
 * Puts `source`, a JSON Schema of any form, into one for the wire. Throws when there is none.
 *
 * A converter marks with `~native` a string that stands for a native value, with `~optional` the items of a tuple that may
 * be `undefined`, and with `~last` how many of its items come after the rest. These keys never reach the wire.
 */
export function wireForm(source: Schema, report: Report): WireForm {
  const { $schema, $id, ...schema }: Schema = copyOf(source);
  const named = { ...($schema && { $schema }), ...($id && { $id }) };
  const marks: Marks = new Map();
  hoistRefs(schema, crossesRebuilt, '__ref_', report);
  const acceptsNull = nullAcceptance(schema, impliedType);
  forEachSchema(schema, (inner, path) => {
    const mark = (how: Mark): unknown => marks.set(inner, { ...marks.get(inner), ...how });
    if (inner['~native']) {
      mark({ as: inner['~native'] });
      delete inner['~native'];
    }
    if (Array.isArray(inner['items']) || Array.isArray(inner['prefixItems'])) {
      const least = tupleToObject(inner);
      if (least !== undefined) mark({ as: 'tuple', least });
    } else if (describesObjects(inner) && recordToList(inner, path, schema, report)) mark({ as: 'record' });
    const optional = optionalToNullable(inner, schema, acceptsNull);
    if (optional.size) mark({ optional });
  });
  const how = marks.size ? reading(schema, marks) : undefined;
  if (how) refuseHidden(schema, how, marks, report);
  const whole = rootIsObject(schema);
  return {
    schema: { ...named, ...(whole ? schema : wrapped(copyOf(schema))) },
    decode: how && ((value) => readings(how, schema, value)),
    unwrap: whole ? undefined : (value) => (isObject(value) ? value['value'] : undefined),
  };
}

/** Places that are gone, or mean something else, once the schema is for the wire. */
const crossesRebuilt = ({ from, keyword, key }: Step): boolean =>
  (keyword === 'properties' && !from['required']?.includes(key)) ||
  keyword === 'additionalProperties' ||
  unsupported.has(keyword) ||
  (keyword === 'items' && key !== undefined);

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
