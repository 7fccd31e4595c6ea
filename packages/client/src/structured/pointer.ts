/** JSON Pointers inside a schema: what `$ref: '#/…'` means. A pointer only ever passes through schemas. */
import type { JSONSchema, JSONSchemaDefinition } from './json-schema.ts';
import { childAt, forEachSchema, isObject, onlyAnnotates, type Schema } from './keywords.ts';

/** One step of a pointer, from a schema into one it holds. */
export interface Step {
  /** The schema the step leaves. */
  from: Schema;
  keyword: string;
  /** The index or name under `keyword`; undefined when the keyword holds a single schema. */
  key: string | undefined;
}

/** Where a pointer leads, and through what. `target` is a schema or a boolean. */
export interface Trace {
  steps: Step[];
  target: Schema | boolean;
}

/** Follows a local pointer; undefined when it is external, malformed, or does not lead to a schema. */
export function trace(root: unknown, ref: unknown): Trace | undefined {
  const tokens = pointerTokens(ref);
  if (!tokens) return undefined;
  const steps: Step[] = [];
  let target: unknown = root;
  while (tokens.length) {
    const found = isObject(target) ? childAt(target, tokens) : undefined;
    if (!found) return undefined;
    const [keyword, key] = tokens.splice(0, found.length) as [string, string?];
    steps.push({ from: target as Schema, keyword, key });
    target = found.child;
  }
  return isObject(target) || typeof target === 'boolean' ? { steps, target } : undefined;
}

function pointerTokens(ref: unknown): string[] | undefined {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined;
  try {
    const tokens = decodeURIComponent(ref.slice(1)).split('/').slice(1);
    if (tokens.some((token) => /~(?![01])/.test(token))) return undefined;
    return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

/** The `$ref` of these tokens. */
export const pointerTo = (tokens: readonly string[]): string =>
  ['#', ...tokens.map((token) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1')))]
    .join('/')
    .replaceAll('%24', '$');

/** The schema a local `$ref` names, reached through schemas only; undefined for anything else. */
export function resolveLocalRef(root: JSONSchema, ref: string): JSONSchemaDefinition | undefined {
  return trace(root, ref)?.target;
}

/** Whether beside a possible `$ref` there are only annotations and definitions. */
export function hasOnlyRefAndAnnotations(schema: JSONSchema): boolean {
  return onlyAnnotates(schema, '$ref');
}

/** What `schema.$ref` leads to. Throws when that is not a schema object, or when keywords beside it would be ignored. */
export function refTarget(root: Schema, schema: Schema, path: string): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string') throw new TypeError(`Received non-string $ref - ${ref}; path=${path}`);
  if (!ref.startsWith('#')) {
    throw new Error(
      `External $ref at \`${path}\` is not supported in strict Structured Outputs: ${JSON.stringify(ref)}`,
    );
  }
  const target = trace(root, ref)?.target;
  if (target === undefined) {
    throw new Error(
      `Local $ref at \`${path}\` does not resolve to an object or boolean schema: ${JSON.stringify(ref)}`,
    );
  }
  if (typeof target === 'boolean') {
    throw new TypeError(`Expected object schema but got boolean; path=${path}`);
  }
  if (!hasOnlyRefAndAnnotations(schema)) {
    throw new Error(
      `Schema $ref at \`${path}\` has ${path === '<root>' ? 'non-metadata' : 'non-annotation'} siblings that Draft 7 ignores and cannot be represented in strict Structured Outputs.`,
    );
  }
  return target;
}

/** Throws when a schema inside `schema` has an `$id`: pointers below it would start there. */
export function assertNoNestedSchemaIds(schema: JSONSchema): void {
  forEachSchema(schema, (inner, path) => {
    if (path.length && inner['$id'] !== undefined) {
      throw new Error(
        `Nested $id at ${JSON.stringify(path.join('/'))} establishes a separate JSON Schema resource scope and cannot be represented in strict Structured Outputs.`,
      );
    }
  });
}

/** Changes every pointer through a branch of a `oneOf` list as if that list were under `anyOf`. Moves no branch. */
export function rewriteLocalRefsIntoMovedOneOfBranches(root: JSONSchema): void {
  forEachSchema(root, (schema) => {
    const steps = trace(root, schema['$ref'])?.steps;
    if (!steps?.some(movesToAnyOf)) return;
    schema['$ref'] = pointerTo(
      steps.flatMap((step) => [
        movesToAnyOf(step) ? 'anyOf' : step.keyword,
        ...(step.key === undefined ? [] : [step.key]),
      ]),
    );
  });
}

const movesToAnyOf = (step: Step): boolean => step.keyword === 'oneOf' && step.key !== undefined;
