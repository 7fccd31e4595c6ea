/**
 * Shared by all schema helpers: the strict schema that is sent, the parser of the response, and the objects that they
 * return.
 */
import { OpenAIError } from '../errors/openai-error.ts';
import { isPromise, quiet } from '../wire/quiet.ts';
import type { readings } from './choices.ts';
import { type Finding, fit, settleRefs } from './fit.ts';
import {
  makeParseableResponseFormat,
  makeParseableResponseTool,
  makeParseableTextFormat,
  makeParseableTool,
} from './format.ts';
import type { Parser } from './format.ts';
import type { JSONSchema } from './json-schema.ts';
import { parseJSON } from './json.ts';
import { copyOf, type Schema } from './keywords.ts';
import { raise, type Report } from './refusal.ts';
import { strictForm } from './strict.ts';
import { wireForm, type WireForm } from './wire-form.ts';

export interface SchemaParser {
  /** For the wire. */
  schema: { [key: string]: unknown };
  /** The validated value of a finished text. */
  parse: Parser;
  /** Set when the root is wrapped: takes the wrapper off a value still arriving; `null` before there is one. */
  partial: ((value: unknown) => unknown) | undefined;
}

/** What the schema helpers have in common beyond the fields they send. */
export interface SchemaOptions {
  /**
   * `'all'` sends what strict mode of the API refuses and the helpers otherwise leave out for the validator to check, such
   * as `format: 'uri'`, lookaround in a pattern or a schema of any value. For servers that take it.
   */
  keep?: 'all' | undefined;
}

/** The schema that is sent for `schema`, what is left out of it, and how values are read back. */
export function sendable(
  schema: JSONSchema | Schema,
  { keep }: SchemaOptions,
  report: Report = raise,
): WireForm & { checked: Finding[] } {
  const form = wireForm(schema as Schema, report);
  const fitted = copyOf(form.schema);
  const checked = fit(fitted, !!keep, report);
  const sent = strictForm(fitted, report);
  if (!keep) settleRefs(sent);
  return { ...form, schema: sent, checked };
}

/**
 * Sends `schema` in a form strict mode accepts, and gives `validate` the values in the form `schema` describes. For
 * callers who cannot wait, a promise that `validate` gives is an error. Throws, naming the place, when there is no such form.
 */
export function schemaParser(
  schema: JSONSchema | Schema,
  validate: Validate,
  options: SchemaOptions,
): SchemaParser {
  const { schema: sent, decode, unwrap } = sendable(schema, options);
  const read = (text: string, canWait: boolean): unknown => {
    let value = parseJSON(text);
    if (unwrap) value = unwrap(value);
    return decode ? firstValid(decode(value), validate, canWait) : validate(value, canWait);
  };
  return {
    schema: sent,
    parse: Object.assign((text: string) => atOnce(read(text, false)), {
      later: (text: string) => read(text, true),
    }),
    partial: unwrap && ((value) => unwrap(value) ?? null),
  };
}

type Validate = (value: unknown, canWait: boolean) => unknown;

/** What `validate` gives for the first of `all` that it takes. If it takes none, its error for the first. */
function firstValid(all: ReturnType<typeof readings>, validate: Validate, canWait: boolean): unknown {
  let failure: { error: unknown } | undefined;
  const refused = (error: any): unknown => {
    failure ??= { error };
    const issues = Object(error).issues;
    const next = Array.isArray(issues) ? all.next(issues) : all.return();
    if (next.done) throw failure.error;
    return attempt(next.value);
  };
  const attempt = (value: unknown): unknown => {
    try {
      const result = validate(value, canWait);
      return canWait && isPromise(result) ? Promise.resolve(result).catch(refused) : result;
    } catch (error) {
      return refused(error);
    }
  };
  return attempt(all.next([]).value);
}

/** The result of `read` for a value, now or once the value is known. */
export function whenThere<T, R>(value: T | PromiseLike<T>, read: (value: T) => R): R | Promise<R> {
  return isPromise(value) ? Promise.resolve(value).then(read) : read(value as T);
}

function atOnce(value: unknown): unknown {
  if (!isPromise(value)) return value;
  quiet(Promise.resolve(value)); // nobody waits for it
  throw new OpenAIError('$parseRaw() cannot await validation');
}

type Props = Record<string, unknown>;

/** A strict response format that parses its responses with `parser`. */
export const responseFormatOf = (
  { schema, parse, partial }: SchemaParser,
  name: string,
  props?: Props,
): any =>
  makeParseableResponseFormat(
    { type: 'json_schema', json_schema: { ...props, name, strict: true, schema } },
    parse,
    partial,
  );

/** The same for a Responses request. */
export const textFormatOf = ({ schema, parse, partial }: SchemaParser, name: string, props?: Props): any =>
  makeParseableTextFormat({ type: 'json_schema', ...props, name, strict: true, schema }, parse, partial);

interface ToolParts {
  name: string;
  description?: string | undefined;
  function?: ((args: any) => unknown) | undefined;
  toolTimeout?: number | undefined;
  defer_loading?: boolean | undefined;
}

/** A strict function tool that reads its arguments with `parser`. */
export function toolOf({ schema, parse, partial }: SchemaParser, parts: ToolParts): any {
  const { name, description, function: callback, toolTimeout } = parts;
  const definition = { name, parameters: schema, strict: true, ...(description && { description }) };
  return makeParseableTool<any>(
    { type: 'function', function: definition },
    { parser: parse, callback, partial, toolTimeout },
  );
}

/** The same for a Responses request. */
export function responsesToolOf({ schema, parse, partial }: SchemaParser, parts: ToolParts): any {
  const { name, description, function: callback, defer_loading } = parts;
  return makeParseableResponseTool(
    {
      type: 'function',
      name,
      parameters: schema,
      strict: true,
      ...(description && { description }),
      ...(defer_loading !== undefined && { defer_loading }),
    },
    { parser: parse, callback, partial },
  );
}
