/** JSON Pointers inside a schema: what `$ref: '#/…'` means. A pointer only ever passes through schemas. */
import type { JSONSchema, JSONSchemaDefinition } from './json-schema.ts';
import { childAt, forEachSchema, isObject, onlyAnnotates, type Schema } from './keywords.ts';
import { raise, type Refusal, refusal, type Report } from './refusal.ts';

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

/** Why `schema.$ref` cannot be followed: it leads to no schema object, or keywords beside it would be ignored. */
export function refFault(root: Schema, schema: Schema, path: string): Refusal | undefined {
  const ref = schema['$ref'];
  const fault = (message: string, Kind?: ErrorConstructor): Refusal => refusal(path, '$ref', message, Kind);
  if (typeof ref !== 'string') return fault(`Received non-string $ref - ${ref}; path=${path}`, TypeError);
  if (!ref.startsWith('#')) {
    return fault(
      `External $ref at \`${path}\` is not supported in strict Structured Outputs: ${JSON.stringify(ref)}`,
    );
  }
  const target = trace(root, ref)?.target;
  if (target === undefined) {
    return fault(
      `Local $ref at \`${path}\` does not resolve to an object or boolean schema: ${JSON.stringify(ref)}`,
    );
  }
  if (typeof target === 'boolean')
    return fault(`Expected object schema but got boolean; path=${path}`, TypeError);
  if (hasOnlyRefAndAnnotations(schema)) return undefined;
  return fault(
    `Schema $ref at \`${path}\` has ${path === '<root>' ? 'non-metadata' : 'non-annotation'} siblings that Draft 7 ignores and cannot be represented in strict Structured Outputs.`,
  );
}

/** What the `$ref` of `schema` leads to, which is known to be a schema object. */
export const targetOf = (root: Schema, { $ref }: Schema): Schema => trace(root, $ref)!.target as Schema;

/** What `schema` is once its references are followed; `{}` when that is no object. */
export function resolved(schema: unknown, root: Schema): Schema {
  const passed = new Set<unknown>();
  while (isObject(schema) && schema['$ref'] !== undefined && !passed.has(schema)) {
    passed.add(schema);
    schema = trace(root, schema['$ref'])?.target;
  }
  return isObject(schema) ? schema : {};
}

/** Throws when a schema inside `schema` has an `$id`: pointers below it would start there. */
export const assertNoNestedSchemaIds = (schema: JSONSchema): void => refuseNestedSchemaIds(schema, raise);

export function refuseNestedSchemaIds(root: Schema, report: Report): void {
  forEachSchema(root, (schema, path) => {
    if (!path.length || schema['$id'] === undefined) return;
    const place = path.join('/');
    report(
      refusal(
        place,
        '$id',
        `Nested $id at ${JSON.stringify(place)} establishes a separate JSON Schema resource scope and cannot be represented in strict Structured Outputs.`,
      ),
    );
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
