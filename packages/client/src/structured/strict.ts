/** Turns a JSON Schema into one that strict Structured Outputs accepts, or says why it cannot be one. */
import { overlaid, unsupportedKeyword, withoutAllOf } from './all-of.ts';
import { hoistRefs } from './hoist-refs.ts';
import type { JSONSchema } from './json-schema.ts';
import { copyOf, describesObjects, forEachJSONSchemaChild, forEachSchema, isObject } from './keywords.ts';
import { onlyAnnotates, replace, type Schema } from './keywords.ts';
import { assertNoNestedSchemaIds, refTarget, type Step } from './pointer.ts';
import { nullAcceptance } from './nullable.ts';
import { unsupported } from './rules.ts';

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
  return strictForm(schema, unsupported);
}

/** {@link toStrictJsonSchema}, where only these keywords are refused. */
export function strictForm(schema: JSONSchema | Schema, refused: ReadonlySet<string>): JSONSchema {
  if (!isObject(schema)) throw rootType(undefined);
  // What names the document says nothing about values, and must not stand in the way of what does.
  const { $schema, $id, ...root }: Schema = copyOf(schema);
  assertNoNestedSchemaIds(root);
  hoistRefs(root, (step) => step.keyword === 'allOf' || losesItsPlace(step, root), allOfRefs);
  forEachSchema(root, (schema) => {
    const { type } = schema;
    if (Array.isArray(type) && type.length === 1) schema['type'] = type[0];
  });
  // A branch may refer to an object elsewhere: what it takes from there is as its author wrote it.
  const written = copyOf(root);
  settleRoot(root, written);
  const type = [root['type']].flat();
  if (root['anyOf'] !== undefined && type[0] === 'object') {
    throw new Error(
      'Root schema must not use `anyOf` because strict Structured Outputs requires a root object without a union.',
    );
  }
  if (type.length !== 1 || type[0] !== 'object') throw rootType(root['type']);
  joinAllOf(root, written, [], new Set());
  closeObjects(root, '<root>', { root, refused, acceptsNull: nullAcceptance(root) });
  return { ...($schema && { $schema }), ...($id && { $id }), ...root };
}

/** How the names of definitions begin that take the place of references into an `allOf`. */
export const allOfRefs = '__openai_strict_allOf_ref_';

/** Branches move when a `false` before them goes, and when the only one at the root becomes the root. */
const losesItsPlace = ({ keyword, from }: Step, root: Schema): boolean =>
  keyword === 'anyOf' && (from === root || from['anyOf'].includes(false));

const rootType = (type: unknown): Error =>
  new Error(`Root schema must have type: 'object' but got type: ${type === undefined ? type : `'${type}'`}`);

/** Makes the root an object schema of its own, by following its reference and taking its only branch. */
function settleRoot(root: Schema, written: Schema): void {
  for (const followed = new Set<Schema>([root]); ;) {
    if (root['$ref'] !== undefined) {
      const target = refTarget(root, root, '<root>');
      if (followed.has(target)) {
        throw new Error(`Cyclic local $ref at \`<root>\` is not supported: ${JSON.stringify(root['$ref'])}`);
      }
      followed.add(target);
      const { $ref: _followed, ...own } = root;
      replace(root, overlaid(own, target));
    } else if (root['allOf'] !== undefined) {
      replace(root, withoutAllOf(root, written, '<root>'));
    } else if (Array.isArray(root['anyOf'])) {
      const branches = root['anyOf'].filter((branch: unknown) => branch !== false);
      if (branches.length !== 1 || !isObject(branches[0])) break;
      const { anyOf: _single, type, ...own } = root;
      const saysNothing =
        type === undefined || ([type].flat().length === 1 && branchesRepeatType(root, root));
      if (!onlyAnnotates(own) || !saysNothing) break;
      replace(root, overlaid(own, branches[0]));
    } else break;
  }
}

/** Whether the root of `schema` is, or comes down to, an object and not a union. */
export function rootIsObject(schema: Schema): boolean {
  const root = copyOf(schema);
  settleRoot(root, schema);
  return root['anyOf'] === undefined && String(root['type']) === 'object';
}

/** Resolves every `allOf` in `schema`, with references into `written`; `within` as in {@link withoutAllOf}. */
function joinAllOf(schema: unknown, written: Schema, path: string[], within: Set<unknown>): void {
  if (!isObject(schema)) return;
  while (schema['allOf'] !== undefined) {
    within = new Set(within);
    replace(schema, withoutAllOf(schema, written, path.join('/'), within));
  }
  forEachJSONSchemaChild(schema, path, (child, childPath) => joinAllOf(child, written, childPath, within));
}

interface Context {
  root: Schema;
  refused: ReadonlySet<string>;
  acceptsNull: (schema: unknown) => boolean;
}

/** Applies the rules of strict mode to `schema` and everything inside it, in place. */
function closeObjects(schema: unknown, path: string, context: Context): void {
  if (typeof schema === 'boolean') {
    throw new TypeError(`Expected object schema but got boolean; path=${path}`);
  }
  if (!isObject(schema)) {
    throw new TypeError(`Expected ${JSON.stringify(schema)} to be an object; path=${path}`);
  }
  if (schema['default'] === null) delete schema['default'];
  if (Array.isArray(schema['anyOf'])) settleAnyOf(schema, path, context.root);
  if (describesObjects(schema)) closeObject(schema, path, context);
  for (const keyword of context.refused) {
    if (schema[keyword] !== undefined && !(keyword === 'additionalItems' && Array.isArray(schema['items']))) {
      throw unsupportedKeyword(keyword, path);
    }
  }
  checkItems(schema, path);
  forEachJSONSchemaChild(schema, path === '<root>' ? [] : [path], (child, childPath, keyword) => {
    if (keyword !== 'additionalProperties') closeObjects(child, childPath.join('/'), context);
  });
}

function settleAnyOf(schema: Schema, path: string, root: Schema): void {
  const branches = schema['anyOf'].filter((branch: unknown) => branch !== false);
  if (branches.length) schema['anyOf'] = branches;
  // With no name in them these say nothing, and do not make it a schema of objects.
  for (const key of ['properties', 'required']) {
    if (schema[key] && !Object.keys(schema[key]).length) delete schema[key];
  }
  if (schema['items'] === undefined && branchesRepeatType(schema, root)) delete schema['type'];
  if (describesObjects(schema)) {
    throw new Error(
      `Object anyOf schema at \`${path}\` cannot be represented in strict Structured Outputs without changing Draft 7 validation.`,
    );
  }
}

/** Whether `schema` is of objects or of lists, `null` aside, and so is every branch of its `anyOf`. */
function branchesRepeatType(schema: Schema, root: Schema): boolean {
  const [type, ...more] = [schema['type']].flat().filter((type) => type !== 'null');
  if (more.length || (type !== 'object' && type !== 'array')) return false;
  return schema['anyOf'].every((branch: unknown) => {
    if (!isObject(branch)) return branch === false;
    const target = branch['$ref'] === undefined ? branch : refTarget(root, branch, '');
    return String(target['type']) === type;
  });
}

function closeObject(schema: Schema, path: string, { acceptsNull }: Context): void {
  const { properties, required = [], additionalProperties = false } = schema;
  if (additionalProperties !== false) {
    throw new Error(
      `Object schema at \`${path}\` must set \`additionalProperties: false\` to be compatible with strict Structured Outputs.`,
    );
  }
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string')) {
    throw new TypeError(`Expected \`required\` to be an array of strings; path=${path}`);
  }
  schema['additionalProperties'] = false;
  const declared = isObject(properties) ? properties : {};
  const missing = required.find((name) => !Object.hasOwn(declared, name));
  if (missing !== undefined) {
    throw new Error(
      `Object schema at \`${path}\` requires property \`${missing}\` but does not declare it in \`properties\`.`,
    );
  }
  if (!isObject(properties)) return;
  const always = new Set(required);
  for (const name of Object.keys(properties)) {
    if (always.has(name) || acceptsNull(properties[name])) continue;
    const place = [...(path === '<root>' ? [] : [path]), 'properties', name].join('/');
    throw new Error(
      `Schema field at \`${place}\` uses \`.optional()\` without \`.nullable()\` which is not supported by the API. ` +
        'See: https://platform.openai.com/docs/guides/structured-outputs?api-mode=responses#all-fields-must-be-required',
    );
  }
  schema['required'] = Object.keys(properties);
}

function checkItems({ type, items }: Schema, path: string): void {
  if (Array.isArray(items)) {
    throw new TypeError(
      `Schema at \`${path}\` uses tuple-form \`items\`, which cannot be represented in strict Structured Outputs.`,
    );
  }
  if (items === undefined && [type].flat().includes('array')) {
    throw new Error(
      `Schema at \`${path}\` declares an array without \`items\`, which cannot be represented in strict Structured Outputs.`,
    );
  }
}
