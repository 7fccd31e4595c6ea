/** Converts a JSON Schema to one that strict mode accepts, or throws an error that says why that is impossible. */
import { overlaid, withoutAllOf } from './all-of.ts';
import { hoistRefs } from './hoist-refs.ts';
import { copyOf, describesObjects, forEachJSONSchemaChild, forEachSchema, isObject } from './keywords.ts';
import { onlyAnnotates, replace, type Schema } from './keywords.ts';
import { nullAcceptance } from './nullable.ts';
import { refuseNestedSchemaIds, type Step, targetOf } from './pointer.ts';
import { notStrict, raise, refusal, type Report } from './refusal.ts';

/** What else is refused of a schema that was not made for strict mode by the schema helpers. */
export interface Checks {
  /** Called with the root once its references are followed. */
  root(root: Schema, report: Report): void;
  /** Called with each schema. */
  schema(schema: Schema, path: string, report: Report): void;
}

/**
 * A copy of `schema` in which every object is closed and requires all its properties.
 *
 * Values it accepts are values `schema` accepts. Intersections of objects become one object; what cannot be kept
 * exactly is refused. The time it takes grows with the size of the schema.
 */
export function strictForm(schema: Schema, report: Report, checks?: Checks): Schema {
  // What names the document says nothing about values, and must not stand in the way of what does.
  const { $schema, $id, ...root }: Schema = copyOf(schema);
  refuseNestedSchemaIds(root, report);
  hoistRefs(root, (step) => step.keyword === 'allOf' || losesItsPlace(step, root), allOfRefs, report);
  forEachSchema(root, (schema) => {
    const { type } = schema;
    if (Array.isArray(type) && type.length === 1) schema['type'] = type[0];
  });
  // A branch may refer to an object elsewhere: what it takes from there is as its author wrote it.
  const context: Context = {
    root,
    written: copyOf(root),
    report,
    checks,
    acceptsNull: nullAcceptance(root),
  };
  settleRoot(root, context);
  checks?.root(root, report);
  joinAllOf(root, [], new Set(), context);
  closeObjects(root, '<root>', context);
  return { ...($schema && { $schema }), ...($id && { $id }), ...root };
}

/** How the names of definitions begin that take the place of references into an `allOf`. */
export const allOfRefs = '__openai_strict_allOf_ref_';

/** Branches move when a `false` before them goes, and when the only one at the root becomes the root. */
const losesItsPlace = ({ keyword, from }: Step, root: Schema): boolean =>
  keyword === 'anyOf' && (from === root || from['anyOf'].includes(false));

/** Whether `schema` is of objects only, and no union. */
export const isPlainObject = ({ type, anyOf }: Schema): boolean =>
  anyOf === undefined && String(type) === 'object';

/** Makes the root an object schema of its own, by following its reference and taking its only branch. */
function settleRoot(root: Schema, { written, report }: Pick<Context, 'written' | 'report'>): void {
  for (const followed = new Set<Schema>([root]); ;) {
    if (root['$ref'] !== undefined) {
      const target = targetOf(root, root);
      const { $ref, ...own } = root;
      if (followed.has(target)) {
        const message = `Cyclic local $ref at \`<root>\` is not supported: ${JSON.stringify($ref)}`;
        return report(refusal('<root>', '$ref', message), root);
      }
      followed.add(target);
      replace(root, overlaid(own, target));
    } else if (root['allOf'] !== undefined) {
      replace(root, withoutAllOf(root, written, '<root>', undefined, report));
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
  settleRoot(root, { written: schema, report: raise });
  return isPlainObject(root);
}

interface Context {
  root: Schema;
  /** A copy of the root as it was. */
  written: Schema;
  report: Report;
  checks: Checks | undefined;
  acceptsNull: (schema: unknown) => boolean;
}

/** Resolves every `allOf` in `schema`; `within` as in {@link withoutAllOf}. */
function joinAllOf(schema: unknown, path: string[], within: Set<unknown>, context: Context): void {
  if (!isObject(schema)) return;
  const { written, report } = context;
  while (schema['allOf'] !== undefined) {
    within = new Set(within);
    replace(schema, withoutAllOf(schema, written, path.join('/'), within, report));
  }
  forEachJSONSchemaChild(schema, path, (child, childPath) => joinAllOf(child, childPath, within, context));
}

/** Applies the rules of strict mode to `schema` and everything inside it, in place. */
function closeObjects(schema: unknown, path: string, context: Context): void {
  const { report, checks } = context;
  if (!isObject(schema)) {
    const wrong =
      typeof schema === 'boolean'
        ? 'object schema but got boolean'
        : `${JSON.stringify(schema)} to be an object`;
    return report(refusal(path, 'type', `Expected ${wrong}; path=${path}`, TypeError));
  }
  if (schema['default'] === null) delete schema['default'];
  if (Array.isArray(schema['anyOf'])) settleAnyOf(schema, path, context);
  if (describesObjects(schema)) closeObject(schema, path, context);
  checks?.schema(schema, path, report);
  if (schema['items'] === undefined && [schema['type']].flat().includes('array'))
    report(notStrict(path, 'items', 'declares an array without `items`, which'));
  forEachJSONSchemaChild(schema, path === '<root>' ? [] : [path], (child, childPath, keyword) => {
    if (keyword !== 'additionalProperties') closeObjects(child, childPath.join('/'), context);
  });
}

function settleAnyOf(schema: Schema, path: string, { root, report }: Context): void {
  const branches = schema['anyOf'].filter((branch: unknown) => branch !== false);
  if (branches.length) schema['anyOf'] = branches;
  // With no name in them these say nothing, and do not make it a schema of objects.
  for (const key of ['properties', 'required']) {
    if (schema[key] && !Object.keys(schema[key]).length) delete schema[key];
  }
  if (schema['items'] === undefined && branchesRepeatType(schema, root)) delete schema['type'];
  if (describesObjects(schema)) {
    report(
      refusal(
        path,
        'anyOf',
        `Object anyOf schema at \`${path}\` cannot be represented in strict Structured Outputs without changing Draft 7 validation.`,
      ),
    );
  }
}

/** Whether `schema` is of objects or of lists, `null` aside, and so is every branch of its `anyOf`. */
function branchesRepeatType(schema: Schema, root: Schema): boolean {
  const [type, ...more] = [schema['type']].flat().filter((type) => type !== 'null');
  if (more.length || (type !== 'object' && type !== 'array')) return false;
  return schema['anyOf'].every((branch: unknown) => {
    if (!isObject(branch)) return branch === false;
    const target = branch['$ref'] === undefined ? branch : targetOf(root, branch);
    return String(target['type']) === type;
  });
}

function closeObject(schema: Schema, path: string, { acceptsNull, report }: Context): void {
  const { properties, additionalProperties = false } = schema;
  let { required = [] } = schema;
  const refuse = (rule: string, message: string, Kind?: ErrorConstructor): void =>
    report(refusal(path, rule, message, Kind));
  if (additionalProperties !== false) {
    refuse(
      'additionalProperties',
      `Object schema at \`${path}\` must set \`additionalProperties: false\` to be compatible with strict Structured Outputs.`,
    );
  }
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string')) {
    refuse('required', `Expected \`required\` to be an array of strings; path=${path}`, TypeError);
    required = [];
  }
  schema['additionalProperties'] = false;
  const declared = isObject(properties) ? properties : {};
  const missing = required.find((name: string) => !Object.hasOwn(declared, name));
  if (missing !== undefined) {
    refuse(
      'required',
      `Object schema at \`${path}\` requires property \`${missing}\` but does not declare it in \`properties\`.`,
    );
  }
  if (!isObject(properties)) return;
  const always = new Set(required);
  for (const name of Object.keys(properties)) {
    if (always.has(name) || acceptsNull(properties[name])) continue;
    const place = [...(path === '<root>' ? [] : [path]), 'properties', name].join('/');
    report(
      refusal(
        place,
        'required',
        `Schema field at \`${place}\` uses \`.optional()\` without \`.nullable()\` which is not supported by the API. ` +
          'See: https://platform.openai.com/docs/guides/structured-outputs?api-mode=responses#all-fields-must-be-required',
      ),
    );
  }
  schema['required'] = Object.keys(properties);
}
