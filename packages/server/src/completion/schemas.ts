/**
 * Validates the JSON Schemas in a request, with the messages of the API. Strict schemas have many rules, others have
 * few.
 */
import { strictMode } from 'colloquy/lib/transform';
import { invalidRequest } from '../http/errors.ts';
import { isExpression } from '../sandbox/schema/expressions.ts';
import type { Sliced } from '../slices.ts';
import { isRecord } from '../validation/checks.ts';
import { strictRules } from './strict.ts';

/** The place of a schema in the request: how a message calls it, the parameter, and the code of a failure. */
interface Origin {
  called: string;
  param: string;
  code: string;
  isStrict: boolean;
}

/** A function's definition, or the `json_schema` of a response format. */
interface SchemaPart {
  name: string;
  strict?: boolean | null;
  schema?: Record<string, unknown> | null;
  parameters?: Record<string, unknown> | null;
}

/** Checks the schema of a strict response format, and the parameters of every function. The body has passed the table already. */
export function* checkSchemas(body: Record<string, unknown>): Sliced<void> {
  const format = (body['response_format'] as { json_schema?: SchemaPart } | null | undefined)?.json_schema;
  if (format?.strict && format.schema) {
    const called = `response_format '${format.name}'`;
    yield* checkRoot(format.schema, {
      called,
      param: 'response_format',
      code: 'invalid_json_schema',
      isStrict: true,
    });
  }
  const tools = (body['tools'] as { function?: SchemaPart }[] | null | undefined) ?? [];
  for (const [index, tool] of tools.entries()) {
    if (tool.function) yield* checkFunction(tool.function, `tools[${index}].function.parameters`);
  }
  const functions = (body['functions'] as SchemaPart[] | null | undefined) ?? [];
  for (const [index, definition] of functions.entries()) {
    yield* checkFunction({ ...definition, strict: false }, `functions[${index}].parameters`);
  }
}

/** A function without parameters may leave them out, or have `{}` for them unless it is strict. */
function* checkFunction({ name, strict, parameters }: SchemaPart, param: string): Sliced<void> {
  const isStrict = strict ?? false;
  if (!parameters || (!isStrict && Object.keys(parameters).length === 0)) return;
  yield* checkRoot(parameters, {
    called: `function '${name}'`,
    param,
    code: 'invalid_function_parameters',
    isStrict,
  });
}

function* checkRoot(schema: Record<string, unknown>, origin: Origin): Sliced<void> {
  const root = rootTarget(schema);
  if (root['type'] !== 'object') {
    const type = typeof root['type'] === 'string' ? root['type'] : 'None';
    throw refuse(origin, `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`);
  }
  yield* walk(schema, [], origin, { around: 0, size: strictMode.emptySize() });
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

/** What is counted on the way to a schema. */
interface Counted {
  /** Levels around it. */
  around: number;
  /** What was counted until then. */
  size: ReturnType<typeof strictMode.emptySize>;
}

/** Recursion is bounded by the depth a body may have. */
function* walk(schema: unknown, context: string[], origin: Origin, counted: Counted): Sliced<void> {
  yield;
  if (!isRecord(schema)) {
    const isSchema = context.length === 0 || schema === undefined || Array.isArray(schema);
    if (origin.isStrict && !isSchema)
      throw refuse(origin, `${inContext(context)}, schema must be an object.`);
    return;
  }
  checkKeywords(schema, context, origin);
  const isObject = schema['type'] === 'object' || isRecord(schema['properties']);
  const inside = { ...counted, around: origin.isStrict ? checkStrict(schema, context, origin, counted) : 0 };
  if (schema['type'] === 'array' && !arrayKeywords.some((keyword) => Object.hasOwn(schema, keyword))) {
    throw refuse(origin, `${inContext(context)}, array schema missing items.`);
  }
  if (isObject && origin.isStrict) checkObject(schema, context, origin);
  for (const keyword of ['properties', '$defs', 'definitions']) {
    const map = schema[keyword];
    if (!isRecord(map)) continue;
    const around = keyword === 'properties' ? inside.around : 0;
    for (const [name, child] of Object.entries(map)) {
      yield* walk(child, [...context, keyword, name], origin, { ...inside, around });
    }
  }
  for (const keyword of ['anyOf', 'allOf', 'prefixItems']) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    for (const [index, child] of branches.entries())
      yield* walk(child, [...context, keyword, String(index)], origin, inside);
  }
  yield* walk(schema['items'], [...context, 'items'], origin, inside);
}

/** Returns how many levels are around what is inside `schema`. */
function checkStrict(
  schema: Record<string, unknown>,
  context: string[],
  origin: Origin,
  { around, size }: Counted,
): number {
  const place = { isRoot: context.length === 0 };
  for (const { broken } of strictRules) {
    const why = broken(schema, place);
    if (why !== undefined) throw refuse(origin, `${inContext(context)}, ${why}`);
  }
  const levels = strictMode.addSize(size, schema, around);
  const [limit] = strictMode.exceededBy(size);
  if (limit) throw refuse(origin, `${inContext(context)}, ${strictMode.tooLarge(size, limit)}`);
  return levels;
}

const arrayKeywords = ['items', 'prefixItems'];

interface KeywordRule {
  keywords: string[];
  holds(value: unknown): boolean;
  /** Completes a sentence about a value that does not hold. */
  wrong: string;
  /** Whether schemas that are not strict are held to it, too. */
  always?: true;
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
    always: true,
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
  for (const { keywords, holds, wrong, always } of keywordRules) {
    if (!always && !origin.isStrict) continue;
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
