/** Resolves `allOf`: one branch becomes the schema itself, several object schemas become one. */
import type { JSONSchema } from './json-schema.ts';
import { annotations, copyOf, describesObjects, fingerprint, isObject, onlyAnnotates } from './keywords.ts';
import type { Schema } from './keywords.ts';
import { hasOnlyRefAndAnnotations, trace } from './pointer.ts';
import { notStrict, raise, refusal, type Report, unsupportedKeyword } from './refusal.ts';

/**
 * What `schema` is without its `allOf`. What cannot be said in another way is refused, naming `path`.
 *
 * A schema merged from references holds copies of what they lead to. `within` are the targets that `schema` was itself
 * copied from, and gets those that are merged now: following one twice would copy without end, and is refused.
 */
export function withoutAllOf(
  schema: Schema,
  root: Schema,
  path: string,
  within: Set<unknown> = new Set(),
  report: Report = raise,
): Schema {
  const { allOf, ...own } = schema;
  let fault = unsupportedKeyword('allOf', path);
  if (Array.isArray(allOf) && allOf.length) {
    const branches = distinct(allOf.filter((branch) => branch !== true));
    if (!branches.length) return own;
    if (branches.length === 1 && onlyAnnotates(own)) {
      const [branch] = branches;
      if (branch === false) fault = notStrict(path, 'allOf', 'uses `allOf: [false]`, which');
      if (isObject(branch)) return overlaid(own, branch);
    }
    const parts: Schema[] = [];
    const followed = new Set<unknown>();
    const whole =
      collect(schema, root, followed, parts) && ![...followed].some((target) => within.has(target));
    if (parts.some(describesObjects)) {
      const merged = whole && merge(parts);
      if (merged) {
        for (const target of followed) within.add(target);
        return merged;
      }
      fault = refusal(
        path,
        'allOf',
        `Object allOf at \`${path}\` cannot be merged without changing Draft 7 validation.`,
      );
    }
  }
  report(fault);
  return own;
}

/** The schema `schema` is when its `allOf` is resolved; undefined when it has none, or when that is not possible. */
export function normalizeObjectAllOfForExclusivity(
  schema: JSONSchema,
  root: JSONSchema,
): JSONSchema | undefined {
  if (schema.allOf === undefined) return undefined;
  try {
    return withoutAllOf(copyOf(schema), root, '');
  } catch {
    return undefined;
  }
}

/** `branch` under the annotations of `own`, which win. Definitions of both are kept. */
export function overlaid(own: Schema, branch: Schema): Schema {
  const both = { ...own, ...copyOf(branch), ...own };
  for (const key of ['$defs', 'definitions']) {
    if (own[key] && branch[key]) both[key] = { ...copyOf(branch[key]), ...own[key] };
  }
  return both;
}

function distinct(branches: unknown[]): any[] {
  return [...new Map(branches.map((branch) => [fingerprint(branch), branch])).values()];
}

/**
 * Adds everything that holds at once for `schema`: itself, and what its branches and references lead to, each once.
 * False when a branch is `false` or no schema.
 */
function collect(schema: unknown, root: Schema, followed: Set<unknown>, parts: Schema[]): boolean {
  if (schema === true) return true;
  if (!isObject(schema)) return false;
  const { allOf = [true], $ref, ...own } = schema;
  parts.push(own);
  if (!Array.isArray(allOf) || !allOf.length) return false;
  let whole = true;
  // Not `every`: the parts are looked at even when the whole cannot be joined.
  for (const branch of allOf) whole = collect(branch, root, followed, parts) && whole;
  if ($ref === undefined) return whole;
  const target = trace(root, $ref)?.target;
  if (followed.has(target)) return whole;
  followed.add(target);
  return hasOnlyRefAndAnnotations(schema) && collect(target, root, followed, parts) && whole;
}

const mergeable = ['type', 'properties', 'required', 'additionalProperties'];

/**
 * One object schema that accepts what all `parts` accept, or undefined.
 *
 * A property named by several parts must be the same in all of them. Where parts are closed, only properties that
 * every closed part declares remain. Of annotations the first counts; definitions only the first part keeps, since
 * references into the others have been given names before.
 */
function merge(parts: Schema[]): Schema | undefined {
  const merged: Schema = {};
  const properties = new Map<string, unknown>();
  const required = new Set<string>();
  let types: string[] | undefined;
  let allowed: Set<string> | undefined;

  for (const [index, part] of parts.entries()) {
    if (!onlyAnnotates(part, ...mergeable)) return undefined;
    for (const key of annotations) {
      const definition = key === '$defs' || key === 'definitions';
      if (part[key] !== undefined && !(key in merged) && !(definition && index)) merged[key] = part[key];
    }
    if (part['type'] !== undefined) {
      const own = [part['type']].flat();
      types = types ? types.filter((type) => own.includes(type)) : own;
    }
    const declared: Schema = part['properties'] ?? {};
    for (const [name, schema] of Object.entries(declared)) {
      if (!properties.has(name)) properties.set(name, schema);
      else if (fingerprint(properties.get(name)) !== fingerprint(schema)) return undefined;
    }
    for (const name of part['required'] ?? []) required.add(name);
    if (part['additionalProperties'] === false) {
      const before = allowed;
      allowed = new Set(Object.keys(declared).filter((name) => !before || before.has(name)));
    } else if (part['additionalProperties'] !== undefined) return undefined;
  }

  if (types && !(types.includes('object') && types.every((type) => type === 'object' || type === 'null'))) {
    return undefined;
  }
  const closed = allowed;
  if (closed && [...required].some((name) => !closed.has(name))) return undefined;
  const kept = [...properties].filter(([name]) => !closed || closed.has(name));
  return {
    ...merged,
    ...(types && { type: types.length > 1 ? types : types[0] }),
    properties: Object.fromEntries(kept.map(([name, schema]) => [name, copyOf(schema)])),
    ...(required.size && { required: [...required] }),
    ...(closed && { additionalProperties: false }),
  };
}
