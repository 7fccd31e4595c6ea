/** What strict mode asks of a JSON Schema, in the words the API refuses one with. */
import { invalidRequest } from '../http/errors.ts';
import { isRecord } from './checks.ts';

/** Where a schema came from: how a message calls it, the parameter, and the code of a failure. */
interface Origin {
  called: string;
  param: string;
  code: string;
}

/** Checks the schema of the response format and of every function tool that says `strict: true`. */
export function checkStrictSchemas(body: Record<string, unknown>): void {
  const format = (body['response_format'] as { json_schema?: StrictPart } | null | undefined)?.json_schema;
  if (format?.strict && format.schema) {
    const called = `response_format '${format.name}'`;
    checkRoot(format.schema, { called, param: 'response_format', code: 'invalid_json_schema' });
  }
  for (const [index, entry] of (
    (body['tools'] as { function?: StrictPart }[] | null | undefined) ?? []
  ).entries()) {
    const tool = entry.function;
    if (!tool?.strict || !tool.parameters) continue;
    const param = `tools[${index}].function.parameters`;
    checkRoot(tool.parameters, {
      called: `function '${tool.name}'`,
      param,
      code: 'invalid_function_parameters',
    });
  }
}

interface StrictPart {
  name: string;
  strict?: boolean | null;
  schema?: Record<string, unknown> | null;
  parameters?: Record<string, unknown> | null;
}

function checkRoot(schema: Record<string, unknown>, origin: Origin): void {
  const root = rootTarget(schema);
  if (root['type'] !== 'object') {
    const type = typeof root['type'] === 'string' ? root['type'] : 'None';
    throw refuse(origin, `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`);
  }
  walk(schema, [], origin);
}

/** The schema behind a root that is only a `$ref`, as recursive types are often written. */
function rootTarget(schema: Record<string, unknown>): Record<string, unknown> {
  const match =
    typeof schema['$ref'] === 'string' && /^#\/(\$defs|definitions)\/([^/]+)$/.exec(schema['$ref']);
  if (!match) return schema;
  const definitions = schema[match[1] as string];
  const target = isRecord(definitions) ? definitions[match[2] as string] : undefined;
  return isRecord(target) ? target : schema;
}

/** Recursion is bounded by the depth a body may have. */
function walk(schema: unknown, context: string[], origin: Origin): void {
  if (!isRecord(schema)) return;
  if (schema['type'] === 'object' || isRecord(schema['properties'])) checkObject(schema, context, origin);
  for (const keyword of ['properties', '$defs', 'definitions']) {
    const map = schema[keyword];
    if (!isRecord(map)) continue;
    for (const [name, child] of Object.entries(map)) walk(child, [...context, keyword, name], origin);
  }
  for (const keyword of ['anyOf', 'allOf', 'prefixItems']) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    for (const [index, child] of branches.entries())
      walk(child, [...context, keyword, String(index)], origin);
  }
  walk(schema['items'], [...context, 'items'], origin);
}

function checkObject(schema: Record<string, unknown>, context: string[], origin: Origin): void {
  if (schema['additionalProperties'] !== false) {
    const rule = "'additionalProperties' is required to be supplied and to be false.";
    throw refuse(origin, `${inContext(context)}, ${rule}`);
  }
  const names = isRecord(schema['properties']) ? Object.keys(schema['properties']) : [];
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
  const left = names.find((name) => !required.has(name));
  if (left === undefined) return;
  const rule = "'required' is required to be supplied and to be an array including every key in properties.";
  throw refuse(origin, `${inContext(context)}, ${rule} Missing '${left}'.`);
}

/** The API writes a path as a Python tuple: `()`, `('a',)`, `('a', 'b')`. */
function inContext(path: string[]): string {
  const parts = path.map((part) => `'${part}'`).join(', ');
  return `In context=(${parts}${path.length === 1 ? ',' : ''})`;
}

function refuse({ called, param, code }: Origin, why: string): Error {
  return invalidRequest(param, `Invalid schema for ${called}: ${why}`, code);
}
