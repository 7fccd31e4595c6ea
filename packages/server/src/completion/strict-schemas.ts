/** What strict mode asks of a JSON Schema, in the words the API refuses one with. */
import { invalidRequest } from '../http/errors.ts';
import { isExpression } from '../sandbox/schema/expressions.ts';
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
  checkKeywords(schema, context, origin);
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

interface KeywordRule {
  keywords: string[];
  holds(value: unknown): boolean;
  /** Completes a sentence about a value that does not hold. */
  wrong: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isTypeName = (value: unknown): boolean => isText(value) && typeNames.has(value);
const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/** What the values of keywords must be: one that is something else would be passed over without a word. */
const keywordRules: KeywordRule[] = [
  {
    keywords: ['type'],
    holds: (value) => isTypeName(value) || (Array.isArray(value) && value.every(isTypeName)),
    wrong: 'is not valid under any of the given schemas',
  },
  {
    keywords: ['pattern'],
    holds: (value) => isText(value) && isExpression(value),
    wrong: "is not a 'regex'",
  },
  { keywords: ['format', '$ref'], holds: isText, wrong: "is not of type 'string'" },
  {
    keywords: ['minLength', 'maxLength', 'minItems', 'maxItems'],
    holds: isCount,
    wrong: "is not of type 'integer', or is below 0",
  },
  {
    keywords: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
    holds: (value) => typeof value === 'number',
    wrong: "is not of type 'number'",
  },
  {
    keywords: ['enum', 'required', 'anyOf', 'allOf', 'prefixItems'],
    holds: Array.isArray,
    wrong: "is not of type 'array'",
  },
  { keywords: ['properties', '$defs', 'definitions'], holds: isRecord, wrong: "is not of type 'object'" },
];

function checkKeywords(schema: Record<string, unknown>, context: string[], origin: Origin): void {
  for (const { keywords, holds, wrong } of keywordRules) {
    for (const keyword of keywords) {
      if (!Object.hasOwn(schema, keyword) || holds(schema[keyword])) continue;
      const value = schema[keyword];
      const shown = (isText(value) ? `'${value}'` : JSON.stringify(value)).slice(0, 80);
      throw refuse(origin, `${inContext([...context, keyword])}, ${shown} ${wrong}.`);
    }
  }
}

function checkObject(schema: Record<string, unknown>, context: string[], origin: Origin): void {
  if (schema['additionalProperties'] !== false) {
    const rule = "'additionalProperties' is required to be supplied and to be false.";
    throw refuse(origin, `${inContext(context)}, ${rule}`);
  }
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
  const left = Object.keys(properties).find((name) => !required.has(name));
  const extra = [...required].find((name) => !Object.hasOwn(properties, String(name)));
  if (left === undefined && extra === undefined) return;
  const rule = "'required' is required to be supplied and to be an array including every key in properties.";
  const why = left === undefined ? `Extra required key '${String(extra)}' supplied.` : `Missing '${left}'.`;
  throw refuse(origin, `${inContext(context)}, ${rule} ${why}`);
}

/** The API writes a path as a Python tuple: `()`, `('a',)`, `('a', 'b')`. */
function inContext(path: string[]): string {
  const parts = path.map((part) => `'${part}'`).join(', ');
  return `In context=(${parts}${path.length === 1 ? ',' : ''})`;
}

function refuse({ called, param, code }: Origin, why: string): Error {
  return invalidRequest(param, `Invalid schema for ${called}: ${why}`, code);
}
