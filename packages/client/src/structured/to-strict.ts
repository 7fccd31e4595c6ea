/** `toStrictJsonSchema`: refuses what strict mode does not support, where the schema helpers would translate it. */
import type { JSONSchema } from './json-schema.ts';
import { isObject, type Schema } from './keywords.ts';
import { notStrict, raise, type Refusal, refusal, unsupportedKeyword } from './refusal.ts';
import { unsupported } from './rules.ts';
import { type Checks, isPlainObject, strictForm } from './strict.ts';

export { normalizeObjectAllOfForExclusivity } from './all-of.ts';
export { forEachJSONSchemaChild } from './keywords.ts';
export {
  assertNoNestedSchemaIds,
  hasOnlyRefAndAnnotations,
  resolveLocalRef,
  rewriteLocalRefsIntoMovedOneOfBranches,
} from './pointer.ts';

/**
 * A copy of `schema` in which every object is closed and requires all its properties.
 *
 * Values it accepts are values `schema` accepts. Intersections of objects become one object; what cannot be kept
 * exactly is refused with an `Error` that names the place, malformed schemas with a `TypeError`. The time it takes
 * grows with the size of the schema.
 */
export function toStrictJsonSchema(schema: JSONSchema): JSONSchema {
  if (!isObject(schema)) throw rootFault();
  return strictForm(schema, raise, checks);
}

const checks: Checks = {
  root(root, report) {
    if (!isPlainObject(root)) report(rootFault(root));
  },
  schema(schema, path, report) {
    const { items } = schema;
    for (const keyword of unsupported)
      if (schema[keyword] !== undefined && !(keyword === 'additionalItems' && Array.isArray(items)))
        report(unsupportedKeyword(keyword, path));
    if (Array.isArray(items)) report(notStrict(path, 'items', 'uses tuple-form `items`, which', TypeError));
  },
};

const rootFault = ({ type, anyOf }: Schema = {}): Refusal =>
  anyOf !== undefined && [type].flat()[0] === 'object'
    ? refusal(
        '<root>',
        'anyOf',
        'Root schema must not use `anyOf` because strict Structured Outputs requires a root object without a union.',
      )
    : refusal(
        '<root>',
        'type',
        `Root schema must have type: 'object' but got type: ${type === undefined ? type : `'${type}'`}`,
      );
