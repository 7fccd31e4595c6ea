/**
 * Response formats and tools from Zod schemas: Zod 3, Zod 4 and Zod Mini. The only module that imports `zod`, an
 * optional peer dependency (3.25 or later, which contains both).
 */
import { globalRegistry, parse, parseAsync, registry, toJSONSchema } from 'zod/v4/core';
import { OpenAIError } from '../errors/openai-error.ts';
import { explain, type SchemaExplanation } from '../structured/explain.ts';
import type {
  AutoParseableResponseFormat,
  AutoParseableResponseTool,
  AutoParseableTextFormat,
  AutoParseableTool,
} from '../structured/format.ts';
import { gotInstead } from '../structured/got-instead.ts';
import type { Schema } from '../structured/keywords.ts';
import type { Note } from '../structured/notes.ts';
import { type Inspection, raise } from '../structured/refusal.ts';
import type { RealtimeFunctionTool, ResponseFormatTextJSONSchemaConfig } from '../structured/responses.ts';
import {
  responseFormatOf,
  responsesToolOf,
  type SchemaOptions,
  schemaParser,
  type SchemaParser,
  textFormatOf,
  toolOf,
} from '../structured/schema-parser.ts';
import { fromZod3, mayRefuse } from '../structured/zod3.ts';
import { fromZod4, runZod4 } from '../structured/zod4.ts';
import type { ResponseFormatJSONSchema } from '../types/shared.ts';

export type {
  CheckedRule,
  ExceededLimit,
  RefusedRule,
  SchemaExplanation,
  SchemaRule,
} from '../structured/explain.ts';
export type { SchemaOptions } from '../structured/schema-parser.ts';

/** A schema of any Zod, by what tells its output type. */
type ZodTypeLike = ({ _output: unknown } | { _zod: { output: unknown } }) & {
  parse?: (data: unknown) => unknown;
  parseAsync?: (data: unknown) => unknown;
};

type InferZodType<T extends ZodTypeLike> = T extends { _output: infer Output }
  ? Output
  : T extends { _zod: { output: infer Output } }
    ? Output
    : never;

type ZodSchemaDefinitions = Record<string, ZodTypeLike>;

export interface ZodSchemaOptions extends SchemaOptions {
  /** Schemas to define once under these names, and to reference wherever they are used. */
  schemaDefinitions?: ZodSchemaDefinitions | undefined;
}

type ZodResponseFormatProps = Omit<ResponseFormatJSONSchema.JSONSchema, 'schema' | 'strict' | 'name'> &
  ZodSchemaOptions;

/**
 * A strict response format: `message.parsed` of a response is the output of `zodObject`.
 *
 * Optional properties are sent as nullable and come back as absent; roots other than objects are sent inside one;
 * records and unlike tuples are sent as lists and objects; dates as ISO 8601 strings; transforms, coercions and
 * refinements run when the response is parsed. Throws for what JSON cannot hold.
 */
export function zodResponseFormat<ZodInput extends ZodTypeLike>(
  zodObject: ZodInput,
  name: string,
  props?: ZodResponseFormatProps,
): AutoParseableResponseFormat<InferZodType<ZodInput>> {
  const { schemaDefinitions, keep, ...rest } = props ?? {};
  return responseFormatOf(zodParser(zodObject, name, { schemaDefinitions, keep }), name, rest);
}

/** The same as `text.format` of a Responses request. */
export function zodTextFormat<ZodInput extends ZodTypeLike>(
  zodObject: ZodInput,
  name: string,
  props?: Omit<ResponseFormatTextJSONSchemaConfig, 'schema' | 'type' | 'strict' | 'name'> & SchemaOptions,
): AutoParseableTextFormat<InferZodType<ZodInput>> {
  const { keep, ...rest } = props ?? {};
  return textFormatOf(zodParser(zodObject, name, { keep }), name, rest);
}

export interface ZodFunctionOptions<Parameters extends ZodTypeLike> extends SchemaOptions {
  /** The name of the function for the model. */
  name: string;
  /** The Zod schema of the arguments. */
  parameters: Parameters;
  /**
   * The callback for `runTools()`. It receives the parsed arguments, the runner, the `toolContext` of the run, and the
   * call.
   */
  function?: ((args: InferZodType<Parameters>, ...run: any[]) => unknown) | undefined;
  /** What the function does. The model uses this text to decide when to call it. */
  description?: string | undefined;
  /** The time limit for one call, in milliseconds. Overrides the run's `toolTimeout`. Not sent. */
  toolTimeout?: number | undefined;
}

type ZodFunctionTool<
  Parameters extends ZodTypeLike,
  Callback extends ZodFunctionOptions<Parameters>['function'],
> = AutoParseableTool<{ arguments: InferZodType<Parameters>; name: string; function: Callback }>;

/** A strict function tool whose arguments are the output of `parameters`. See {@link zodResponseFormat}. */
export function zodFunction<Parameters extends ZodTypeLike>(
  options: ZodFunctionOptions<Parameters> & {
    function: NonNullable<ZodFunctionOptions<Parameters>['function']>;
  },
): ZodFunctionTool<Parameters, NonNullable<ZodFunctionOptions<Parameters>['function']>>;
export function zodFunction<Parameters extends ZodTypeLike>(
  options: ZodFunctionOptions<Parameters>,
): ZodFunctionTool<Parameters, ZodFunctionOptions<Parameters>['function']>;
export function zodFunction(options: ZodFunctionOptions<ZodTypeLike>): any {
  return toolOf(zodParser(options.parameters, options.name, options), options);
}

/** The same as a tool of a Responses request. */
export function zodResponsesFunction<Parameters extends ZodTypeLike>(
  options: ZodFunctionOptions<Parameters> & {
    /** Whether the function stays out of the prompt until tool search finds it. */
    defer_loading?: boolean | undefined;
  },
): AutoParseableResponseTool<{
  arguments: InferZodType<Parameters>;
  name: string;
  function: (args: InferZodType<Parameters>) => unknown;
}> {
  return responsesToolOf(zodParser(options.parameters, options.name, options), options);
}

/** A function tool for a Realtime session. It only describes the function, and parses nothing. */
export function zodRealtimeFunction<Parameters extends ZodTypeLike>(
  options: {
    name: string;
    parameters: Parameters;
    description?: string | undefined;
  } & SchemaOptions,
): RealtimeFunctionTool {
  const { name, description, parameters } = options;
  return {
    type: 'function',
    name,
    parameters: zodParser(parameters, name, options).schema,
    ...(description ? { description } : undefined),
  };
}

/**
 * Explains what the helpers of this module do with a schema: the JSON Schema that they send, what only Zod checks, and
 * why they would throw. Never throws. `name` is the name of the format or tool. With Zod 3, the names of definitions
 * begin with it.
 */
export function explainSchema(
  zodType: ZodTypeLike,
  { name = 'schema', ...options }: ZodSchemaOptions & { name?: string | undefined } = {},
): SchemaExplanation {
  return explain((inspection) => jsonSchemaOf(zodType, name, options, inspection), options);
}

function zodParser(zodType: ZodTypeLike, name: string, options: ZodSchemaOptions): SchemaParser {
  /**
   * Whether a refinement or transform may return a promise. `parse` of Zod 3 finds out only by calling it, and then drops the
   * promise, so that a rejection is unhandled.
   */
  let waits = false;
  const isZod4 = '_zod' in Object(zodType);
  const look = (part: any): Note[] => {
    waits ||= !!part._def.effect;
    return mayRefuse(part);
  };
  const schema = jsonSchemaOf(zodType, name, options, isZod4 ? undefined : { report: raise, look });
  const now = (value: unknown): unknown =>
    zodType.parse ? zodType.parse(value) : parse(zodType as any, value);
  const later = (value: unknown): unknown =>
    zodType.parseAsync ? zodType.parseAsync(value) : parseAsync(zodType as any, value);
  const validate = isZod4
    ? (value: unknown) => runZod4(zodType as any, value, now, later)
    : (value: unknown, canWait: boolean) => (canWait && waits ? later : now)(value);
  return schemaParser(schema, validate, options);
}

const isZod = (value: any): boolean => !!(value?._zod ?? value?._def?.typeName);

function jsonSchemaOf(
  zodType: ZodTypeLike,
  name: string,
  { schemaDefinitions }: ZodSchemaOptions,
  inspection?: Inspection,
): Schema {
  if (!isZod(zodType)) {
    const advice =
      '~standard' in Object(zodType)
        ? 'For other libraries, use `colloquy/helpers/standard-schema`.'
        : gotInstead(zodType, isZod);
    throw new OpenAIError(`Zod helpers require a Zod schema. ${advice}`);
  }
  if (Object.hasOwn(schemaDefinitions ?? {}, '__proto__')) {
    throw new Error('schemaDefinitions cannot include "__proto__" as a definition name');
  }
  if (!('_zod' in zodType)) return fromZod3(zodType as any, name, schemaDefinitions as any, inspection);
  const metadata = schemaDefinitions && namesOf(schemaDefinitions);
  return fromZod4(
    zodType,
    (schema, options) => toJSONSchema(schema, { ...options, ...(metadata && { metadata }) }) as any,
    inspection,
  );
}

/** The metadata of all schemas, with only these as ids. Zod takes descriptions from the registry that ids come from. */
function namesOf(definitions: ZodSchemaDefinitions): typeof globalRegistry {
  const ids = new Map(Object.entries(definitions).map(([id, schema]) => [schema as unknown, id]));
  const get = (schema: any): object => ({ ...globalRegistry.get(schema), id: ids.get(schema) || undefined });
  return Object.assign(registry<any>(), { get }) as unknown as typeof globalRegistry;
}
