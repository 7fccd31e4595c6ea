/**
 * Response formats and tools from any validator that supports Standard Schema: Zod, ArkType, Valibot through
 * `@valibot/to-json-schema`, or any other with a JSON Schema. Imports none of them.
 */
import { OpenAIError } from '../errors/openai-error.ts';
import { explain, type SchemaExplanation } from '../structured/explain.ts';
import type {
  AutoParseableResponseFormat,
  AutoParseableResponseTool,
  AutoParseableTextFormat,
  AutoParseableTool,
} from '../structured/format.ts';
import { gotInstead } from '../structured/got-instead.ts';
import type { JSONSchema } from '../structured/json-schema.ts';
import { copyOf, forEachSchema, isObject, type Schema } from '../structured/keywords.ts';
import { oneOfToAnyOf } from '../structured/one-of.ts';
import type { Inspection } from '../structured/refusal.ts';
import type { ResponseFormatTextJSONSchemaConfig } from '../structured/responses.ts';
import {
  responseFormatOf,
  responsesToolOf,
  type SchemaOptions,
  schemaParser,
  type SchemaParser,
  textFormatOf,
  toolOf,
  whenThere,
} from '../structured/schema-parser.ts';
import { vendorOptions } from '../structured/vendors.ts';
import { fromZod4, refuseForeign, runZod4 } from '../structured/zod4.ts';
import type { ResponseFormatJSONSchema } from '../types/shared.ts';

export type {
  CheckedRule,
  ExceededLimit,
  RefusedRule,
  SchemaExplanation,
  SchemaRule,
} from '../structured/explain.ts';
export type { SchemaOptions } from '../structured/schema-parser.ts';

type StandardSchemaIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

type StandardJSONSchemaOptions = {
  readonly target: 'draft-07';
  readonly libraryOptions?: Record<string, unknown> | undefined;
};

/** What is used of a validator: the Standard Schema specification, version 1, and its JSON Schema extension. */
type StandardSchemaLike<Input = unknown, Output = Input> = {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly validate: (
      value: unknown,
      ...rest: any[]
    ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    readonly jsonSchema?:
      | {
          readonly input?: (options: StandardJSONSchemaOptions) => Record<string, unknown>;
          readonly output?: (options: StandardJSONSchemaOptions) => Record<string, unknown>;
        }
      | undefined;
  };
};

type InferStandardOutput<Schema extends StandardSchemaLike> = [
  NonNullable<Schema['~standard']['types']>,
] extends [never]
  ? unknown
  : NonNullable<Schema['~standard']['types']> extends { readonly output: infer Output }
    ? Output
    : unknown;

type StandardSchemaJSONSchemaProps = SchemaOptions & {
  /** The JSON Schema to send. Required for validators that cannot convert their schema. */
  schema?: JSONSchema | Record<string, unknown> | undefined;
};

type StandardResponseFormatProps = Omit<ResponseFormatJSONSchema.JSONSchema, 'schema' | 'strict' | 'name'> &
  StandardSchemaJSONSchemaProps;

type StandardTextFormatProps = Omit<
  ResponseFormatTextJSONSchemaConfig,
  'schema' | 'type' | 'strict' | 'name'
> &
  StandardSchemaJSONSchemaProps;

type StandardToolFunction<Parameters extends StandardSchemaLike> = (
  args: InferStandardOutput<Parameters>,
  ...run: any[]
) => unknown;

type StandardToolOptions<Parameters extends StandardSchemaLike> = StandardSchemaJSONSchemaProps & {
  /** The name of the function for the model. */
  name: string;
  parameters: Parameters;
  /**
   * The callback for `runTools()`. It receives the validated arguments, the runner, the `toolContext` of the run, and
   * the call.
   */
  function?: StandardToolFunction<Parameters> | undefined;
  /** What the function does. The model uses this text to decide when to call it. */
  description?: string | undefined;
  /** The time limit for one call, in milliseconds. Overrides the run's `toolTimeout`. Not sent. */
  toolTimeout?: number | undefined;
};

type StandardResponsesToolOptions<Parameters extends StandardSchemaLike> = StandardToolOptions<Parameters> & {
  /** Whether the function stays out of the prompt until tool search finds it. */
  defer_loading?: boolean | undefined;
};

type Made<
  Parameters extends StandardSchemaLike,
  ToolFunction extends StandardToolFunction<Parameters> | undefined,
> = { arguments: InferStandardOutput<Parameters>; name: string; function: ToolFunction };

/**
 * A strict response format: `message.parsed` of a response is the output of the validator.
 *
 * Optional properties, roots other than objects, records and tuples are sent as with `zodResponseFormat`. Throws an
 * {@link OpenAIError} if there is no JSON Schema. Validation may be asynchronous.
 */
export function standardResponseFormat<Schema extends StandardSchemaLike>(
  standardSchema: Schema,
  name: string,
  props?: StandardResponseFormatProps,
): AutoParseableResponseFormat<InferStandardOutput<Schema>> {
  const { schema, keep, ...rest } = props ?? {};
  return responseFormatOf(standardParser(standardSchema, { schema, keep }), name, rest);
}

/** The same as `text.format` of a Responses request. */
export function standardTextFormat<Schema extends StandardSchemaLike>(
  standardSchema: Schema,
  name: string,
  props?: StandardTextFormatProps,
): AutoParseableTextFormat<InferStandardOutput<Schema>> {
  const { schema, keep, ...rest } = props ?? {};
  return textFormatOf(standardParser(standardSchema, { schema, keep }), name, rest);
}

/** A strict function tool whose arguments are the output of the validator. See {@link standardResponseFormat}. */
export function standardFunction<
  Parameters extends StandardSchemaLike,
  ToolFunction extends StandardToolFunction<Parameters>,
>(
  options: StandardToolOptions<Parameters> & { function: ToolFunction },
): AutoParseableTool<Made<Parameters, ToolFunction>>;
export function standardFunction<Parameters extends StandardSchemaLike>(
  options: StandardToolOptions<Parameters> & { function?: undefined },
): AutoParseableTool<Made<Parameters, undefined>>;
export function standardFunction<Parameters extends StandardSchemaLike>(
  options: StandardToolOptions<Parameters>,
): AutoParseableTool<Made<Parameters, StandardToolFunction<Parameters> | undefined>>;
export function standardFunction(options: StandardToolOptions<StandardSchemaLike>): any {
  return toolOf(standardParser(options.parameters, options), options);
}

/** The same as a tool of a Responses request. */
export function standardResponsesFunction<
  Parameters extends StandardSchemaLike,
  ToolFunction extends StandardToolFunction<Parameters>,
>(
  options: StandardResponsesToolOptions<Parameters> & { function: ToolFunction },
): AutoParseableResponseTool<Made<Parameters, ToolFunction>>;
export function standardResponsesFunction<Parameters extends StandardSchemaLike>(
  options: StandardResponsesToolOptions<Parameters> & { function?: undefined },
): AutoParseableResponseTool<Made<Parameters, undefined>>;
export function standardResponsesFunction<Parameters extends StandardSchemaLike>(
  options: StandardResponsesToolOptions<Parameters>,
): AutoParseableResponseTool<Made<Parameters, StandardToolFunction<Parameters> | undefined>>;
export function standardResponsesFunction(options: StandardResponsesToolOptions<StandardSchemaLike>): any {
  return responsesToolOf(standardParser(options.parameters, options), options);
}

/**
 * Explains what the helpers of this module do with a schema or a JSON Schema: the JSON Schema that they send, what only
 * the validator checks, and why they would throw. Never throws. Does not list rules that the validator leaves out of its
 * JSON Schema, except those of Zod 4.
 */
export function explainSchema(
  schema: StandardSchemaLike | JSONSchema | Record<string, unknown>,
  options: StandardSchemaJSONSchemaProps = {},
): SchemaExplanation {
  const isSchema =
    '~standard' in Object(schema) || !isObject(schema) || Object.values(schema).some(isStandard);
  const given = isSchema ? options : { ...options, schema };
  const validator = (isSchema ? schema : anyValue) as StandardSchemaLike;
  return explain((inspection) => jsonSchemaOf(validator, given, inspection), options);
}

const isStandard = (value: unknown): boolean => '~standard' in Object(value);

const anyValue: StandardSchemaLike = {
  '~standard': { version: 1, vendor: 'colloquy', validate: (value) => ({ value }) },
};

function standardParser(validator: StandardSchemaLike, options: StandardSchemaJSONSchemaProps): SchemaParser {
  const schema = jsonSchemaOf(validator, options);
  const validate = (value: unknown): unknown => whenThere(validator['~standard'].validate(value), valueOf);
  return schemaParser(
    schema,
    '_zod' in validator
      ? (value) => runZod4(validator as any, value, validate, validate)
      : (value, canWait) =>
          canWait && 'safeParseAsync' in validator ? zod3(validator, value) : validate(value),
    options,
  );
}

/**
 * Calls `safeParseAsync`, because `~standard.validate` of Zod 3 tries synchronously first and drops the promises of async
 * refinements, so that their rejections are unhandled.
 */
const zod3 = (validator: any, value: unknown): Promise<unknown> =>
  validator
    .safeParseAsync(value)
    .then(({ data, error }: any) => valueOf({ value: data, issues: error?.issues }));

function jsonSchemaOf(
  validator: StandardSchemaLike,
  { schema: given }: StandardSchemaJSONSchemaProps,
  inspection?: Inspection,
): Schema {
  const standard = Object(validator)['~standard'] as StandardSchemaLike['~standard'] | undefined;
  if (!standard) {
    const advice = gotInstead(validator, isStandard);
    throw new OpenAIError(`Standard Schema helpers require a schema with \`~standard\`. ${advice}`);
  }
  const schema = copyOf((given ?? ownSchema(validator, inspection)) as Schema | undefined);
  if (!schema) {
    const advice =
      vendorAdvice[standard.vendor] ?? 'use a schema that implements `~standard.jsonSchema.input()`';
    throw new OpenAIError(`Standard Schema helpers require a JSON Schema. Pass \`schema\` or ${advice}.`);
  }
  oneOfToAnyOf(schema, inspection?.report);
  return schema;
}

/** How to get a JSON Schema if the validator cannot produce one. */
const vendorAdvice: Record<string, string> = {
  valibot: 'wrap the Valibot schema in `toStandardJsonSchema()` of `@valibot/to-json-schema`',
  zod: 'use `colloquy/helpers/zod`',
};

function valueOf<Output>(result: StandardSchemaResult<Output>): Output {
  if (!result.issues) return result.value;
  const error = new OpenAIError(
    `Standard Schema validation failed: ${result.issues.map(describe).join('; ')}`,
  );
  throw Object.defineProperty(error, 'issues', { value: result.issues });
}

const isNative = (branch: unknown): boolean => JSON.stringify(branch).includes('"~native"');

/** Unions of ArkType have no order: a branch of any text may stand before one of dates, and would hide it. */
const nativeFirst = (a: unknown, b: unknown): number => Number(isNative(b)) - Number(isNative(a));

function ownSchema(validator: StandardSchemaLike, inspection?: Inspection): Schema | undefined {
  const standard = validator['~standard'];
  const convert = (of: StandardSchemaLike['~standard'], libraryOptions?: object): any =>
    of.jsonSchema?.input?.({
      target: 'draft-07',
      ...(libraryOptions && { libraryOptions: libraryOptions as Record<string, unknown> }),
    });
  if (standard.vendor === 'zod' && standard.jsonSchema?.input) {
    return fromZod4(validator, (schema, options) => convert(schema['~standard'], options) ?? {}, inspection);
  }
  const schema = convert(standard, vendorOptions[standard.vendor]);
  if (standard.vendor === 'arktype') forEachSchema(schema, ({ anyOf }) => anyOf?.sort(nativeFirst));
  refuseForeign(schema, inspection?.report);
  return schema;
}

function describe({ message, path = [] }: StandardSchemaIssue): string {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return keys.length ? `${keys.join('.')}: ${message}` : message;
}
