/**
 * Response formats and tools with their own parser: how they are created, recognized and typed. The parser is not
 * enumerable, so it is not sent.
 */
import type { ChatCompletionCreateParamsBase } from '../types/params.ts';
import type { ResponseFormatJSONSchema } from '../types/shared.ts';
import type { ChatCompletionFunctionTool } from '../types/tools.ts';
import type { ResponsesFunctionTool, ResponseFormatTextJSONSchemaConfig } from './responses.ts';

/** Reads a finished text. */
export interface Parser<T = any> {
  (text: string): T;
  /** The same for callers who can wait: it may give a promise. Absent: there is nothing to wait for. */
  later?: (text: string) => T | PromiseLike<T>;
}

/** What every helper-made object carries. A copy made with `{ ...format }` no longer does, and is read as plain JSON. */
export interface SelfParsing<T = unknown> {
  /** The value of the finished text. Throws when it is not JSON or not valid. */
  $parseRaw: Parser<T>;
  /** What to show of a value that is still arriving. Absent: the value itself. */
  $partial?: ((value: unknown) => unknown) | undefined;
}

/** A response format whose responses are parsed as `ParsedT`. */
export type AutoParseableResponseFormat<ParsedT> = ResponseFormatJSONSchema & {
  /** For the type checker only; absent at run time. */
  __output: ParsedT;
  /** Marks a format that parses. */
  $brand: 'auto-parseable-response-format';
  /** The value of a text; throws when the text does not match. */
  $parseRaw(content: string): ParsedT;
};

/** The same for `text.format` of the Responses API. */
export type AutoParseableTextFormat<ParsedT> = ResponseFormatTextJSONSchemaConfig & {
  /** For the type checker only; absent at run time. */
  __output: ParsedT;
  /** Marks a format that parses. */
  $brand: 'auto-parseable-response-format';
  /** The value of a text; throws when the text does not match. */
  $parseRaw(content: string): ParsedT;
};

/** What is known, in types, of a tool's arguments, name and callback. */
export interface ToolOptions {
  /** Name of the function. */
  name: string;
  /** Type of the parsed arguments. */
  arguments: any;
  /** What runs the call, if anything does. */
  function?: ((args: any) => any) | undefined;
}

type HasFunctionOf<OptionsT extends ToolOptions> = OptionsT['function'] extends (...args: never[]) => unknown
  ? true
  : false;

export interface ParsesArguments<OptionsT extends ToolOptions> {
  /** For the type checker only; absent at run time. */
  __arguments: OptionsT['arguments'];
  /** For the type checker only; absent at run time. */
  __name: OptionsT['name'];
  /** Marks a tool whose arguments are parsed. */
  $brand: 'auto-parseable-tool';
  /** What `runTools()` calls with the parsed arguments. */
  $callback: ((args: OptionsT['arguments']) => any) | undefined;
  $parseRaw(args: string): OptionsT['arguments'];
}

/** A function tool that reads its own arguments. `runTools()` takes only those that have a function to call. */
export type AutoParseableTool<
  OptionsT extends ToolOptions,
  HasFunction = HasFunctionOf<OptionsT>,
> = ChatCompletionFunctionTool &
  ParsesArguments<OptionsT> & {
    /** For the type checker only; absent at run time. */
    __hasFunction: HasFunction;
  };

/** The same for the flat function tools of the Responses API. */
export type AutoParseableResponseTool<
  OptionsT extends ToolOptions,
  HasFunction = HasFunctionOf<OptionsT>,
> = ResponsesFunctionTool &
  ParsesArguments<OptionsT> & {
    /** For the type checker only; absent at run time. */
    __hasFunction?: HasFunction;
  };

/** What a request's response format makes of `message.parsed`; formats without a schema give `null`. */
type ParsedResponseFormat<Format> = [Format] extends [never]
  ? null
  : Format extends AutoParseableResponseFormat<infer ParsedT>
    ? ParsedT
    : Format extends ResponseFormatJSONSchema
      ? unknown
      : null;

/** The type of `message.parsed` for these parameters: a helper's own type, `unknown` for a plain JSON Schema, else `null`. */
export type ExtractParsedContentFromParams<
  Params extends Pick<ChatCompletionCreateParamsBase, 'messages' | 'model' | 'response_format'>,
> = ParsedResponseFormat<Params['response_format']>;

function withParser<T extends object>(made: T, hidden: Record<string, unknown>): any {
  for (const key in hidden) Object.defineProperty(made, key, { value: hidden[key] });
  return made;
}

function withoutToJSON<T extends object>(value: T): T {
  const copy = { ...value };
  delete (copy as { toJSON?: unknown }).toJSON;
  return copy;
}

const formatBrand = 'auto-parseable-response-format';
const toolBrand = 'auto-parseable-tool';

/** A copy of `format` that parses responses with `parser`; `partial` shapes values that are still arriving. */
export function makeParseableResponseFormat<ParsedT>(
  format: ResponseFormatJSONSchema,
  parser: (content: string) => ParsedT,
  partial?: (value: unknown) => unknown,
): AutoParseableResponseFormat<ParsedT> {
  return withParser(
    { ...withoutToJSON(format), type: 'json_schema', json_schema: withoutToJSON(format.json_schema) },
    { $brand: formatBrand, $parseRaw: parser, $partial: partial },
  );
}

/** The same for a text format of the Responses API. */
export function makeParseableTextFormat<ParsedT>(
  format: ResponseFormatTextJSONSchemaConfig,
  parser: (content: string) => ParsedT,
  partial?: (value: unknown) => unknown,
): AutoParseableTextFormat<ParsedT> {
  return withParser(
    { ...withoutToJSON(format), type: 'json_schema' },
    { $brand: formatBrand, $parseRaw: parser, $partial: partial },
  );
}

export interface ToolParser<OptionsT extends ToolOptions> {
  /** Parses the JSON text of the arguments; throws when they do not match. */
  parser: (content: string) => OptionsT['arguments'];
  /** What runs the call, if anything does. */
  callback: ((args: OptionsT['arguments']) => any) | undefined;
  /** What to show of a value that is still arriving. Default: the value itself. */
  partial?: ((value: unknown) => unknown) | undefined;
  /** Milliseconds one call may take in `runTools()`. */
  toolTimeout?: number | undefined;
}

/** A copy of `tool` that reads its arguments with `parser` and, in `runTools()`, is called through `callback`. */
export function makeParseableTool<OptionsT extends ToolOptions>(
  tool: ChatCompletionFunctionTool,
  options: ToolParser<OptionsT> & { callback: (args: OptionsT['arguments']) => any },
): AutoParseableTool<OptionsT, true>;
export function makeParseableTool<OptionsT extends ToolOptions>(
  tool: ChatCompletionFunctionTool,
  options: ToolParser<OptionsT> & { callback: undefined },
): AutoParseableTool<OptionsT, false>;
export function makeParseableTool<OptionsT extends ToolOptions>(
  tool: ChatCompletionFunctionTool,
  options: ToolParser<OptionsT>,
): AutoParseableTool<OptionsT, boolean>;
export function makeParseableTool(tool: object, options: ToolParser<ToolOptions>): any {
  const { parser, callback, partial, toolTimeout } = options;
  return withParser(
    { ...tool },
    { $brand: toolBrand, $parseRaw: parser, $callback: callback, $partial: partial, toolTimeout },
  );
}

/** The same for a function tool of the Responses API. */
export const makeParseableResponseTool: <OptionsT extends ToolOptions>(
  tool: ResponsesFunctionTool,
  options: ToolParser<OptionsT>,
) => AutoParseableResponseTool<OptionsT> = makeParseableTool as any;

const branded = (value: any, brand: string): boolean => value?.$brand === brand;

/** What the parser of `made` gives for `text`; maybe a promise of it, for callers who `canWait`. */
export function parseRaw(made: SelfParsing, text: string, canWait?: boolean): unknown {
  const { later } = made.$parseRaw;
  return canWait && later ? later(text) : made.$parseRaw(text);
}

/** Whether a helper made this format, so that it brings its own parser. */
export function isAutoParsableResponseFormat<ParsedT>(
  format: any,
): format is AutoParseableResponseFormat<ParsedT> {
  return branded(format, formatBrand);
}

/** Whether responses in this format are parsed: a helper made it, or it is a `json_schema` format. */
export function isParseableResponseFormat(format: unknown): boolean {
  return isAutoParsableResponseFormat(format) || (format as any)?.type === 'json_schema';
}

/** Whether a helper made this tool. */
export function isAutoParsableTool(tool: any): tool is AutoParseableTool<any> {
  return branded(tool, toolBrand);
}

/** Whether this tool is a function, strict or not. */
export function isChatCompletionFunctionTool(tool: object | undefined): tool is ChatCompletionFunctionTool {
  return tool !== undefined && 'function' in tool;
}
