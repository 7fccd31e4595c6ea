/** Types of tools with callbacks, as `runTools()` accepts them. Nothing here runs anything. */

import type { PromiseOrValue } from '../http/options.ts';
import type { AutoParseableTool } from '../structured/format.ts';
import type { JSONSchema } from '../structured/json-schema.ts';
import type { ChatCompletionCustomTool } from '../types/tools.ts';
import type { ToolCallContext } from './registry.ts';
import type { ChatCompletionRunner } from './runner.ts';
import type { ChatCompletionStreamingRunner } from './streaming-runner.ts';

type AnyRunner = ChatCompletionRunner<unknown> | ChatCompletionStreamingRunner<unknown>;

export interface RunnableBase {
  /** JSON Schema of the arguments. */
  parameters: JSONSchema;
  /** What the function does, for the model. */
  description: string;
  /** Default: the name of the callback itself. */
  name?: string | undefined;
  /** Whether arguments follow the schema exactly. */
  strict?: boolean | undefined;
  /** Milliseconds one call may take; overrides the run's `toolTimeout`. Not sent. */
  toolTimeout?: number | undefined;
}

/**
 * A function that is called with what `parse` returns for the arguments. An error of `parse` is reported to the model, which
 * may try again. An error of the function ends the run, unless `onToolError` says otherwise.
 */
export interface RunnableFunctionWithParse<Args extends object, ToolContext = unknown> extends RunnableBase {
  /**
   * Runs the call with parsed arguments. What it returns is sent to the model: a string as it is, other values as
   * JSON.
   */
  function: (
    args: Args,
    runner: AnyRunner,
    toolContext: ToolContext,
    call: ToolCallContext,
  ) => PromiseOrValue<unknown>;
  /** Arguments that the model left empty arrive as `{}`. */
  parse: (input: string) => PromiseOrValue<Args>;
}

/** A function that is called with the arguments as the model wrote them. */
export interface RunnableFunctionWithoutParse<ToolContext = unknown> extends RunnableBase {
  /**
   * Runs the call with its arguments as text. What it returns is sent to the model: a string as it is, other
   * values as JSON.
   */
  function: (
    args: string,
    runner: AnyRunner,
    toolContext: ToolContext,
    call: ToolCallContext,
  ) => PromiseOrValue<unknown>;
}

export type RunnableFunction<Args extends object | string, ToolContext = unknown> = Args extends string
  ? RunnableFunctionWithoutParse<ToolContext>
  : Args extends object
    ? RunnableFunctionWithParse<Args, ToolContext>
    : never;

export interface RunnableToolFunctionWithoutParse<ToolContext = unknown> {
  /** Marks a function. */
  type: 'function';
  /** The function: what the model reads of it, and what runs. */
  function: RunnableFunctionWithoutParse<ToolContext>;
}

export interface RunnableToolFunctionWithParse<Args extends object, ToolContext = unknown> {
  /** Marks a function. */
  type: 'function';
  /** The function: what the model reads of it, and what runs. */
  function: RunnableFunctionWithParse<Args, ToolContext>;
}

export type RunnableToolFunction<Args extends object | string, ToolContext = unknown> = Args extends string
  ? RunnableToolFunctionWithoutParse<ToolContext>
  : Args extends object
    ? RunnableToolFunctionWithParse<Args, ToolContext>
    : never;

/** A function tool whose callback receives the `toolContext` of the run, whatever its arguments are. */
export interface RunnableToolFunctionWithContext<ToolContext> {
  /** Marks a function. */
  type: 'function';
  /** The function: what the model reads of it, and what runs. */
  function: RunnableBase & {
    /** Runs the call. What it returns is sent to the model: a string as it is, other values as JSON. */
    function: (
      args: any,
      runner: AnyRunner,
      toolContext: ToolContext,
      call: ToolCallContext,
    ) => PromiseOrValue<unknown>;
    /** Returns `args` for the text that the model wrote. Without it, `args` are that text. */
    parse?: (input: string) => PromiseOrValue<any>;
  };
}

/**
 * A custom tool whose calls are run. The callback receives the input as the model wrote it. A custom tool without a callback
 * is sent to the model, too. Its call ends the run with `stopReason` `'paused'`, for the caller to provide the result.
 */
export interface RunnableCustomTool<ToolContext = unknown> {
  /** Marks a custom tool. */
  type: 'custom';
  /** The tool: what the model reads of it, and what runs. */
  custom: ChatCompletionCustomTool.Custom & {
    /** Runs the call with the input as text. What it returns is sent to the model: a string as it is, other values as JSON. */
    function?:
      | ((
          input: string,
          runner: AnyRunner,
          toolContext: ToolContext,
          call: ToolCallContext,
        ) => PromiseOrValue<unknown>)
      | undefined;
    /** Milliseconds one call may take; overrides the run's `toolTimeout`. Not sent. */
    toolTimeout?: number | undefined;
  };
}

/** A tool of any kind, with its callback. One list may contain tools of all kinds. */
export type AnyRunnableTool<ToolContext = unknown> =
  | RunnableToolFunction<any, ToolContext>
  | RunnableCustomTool<ToolContext>
  | AutoParseableTool<any, true>;

export type BaseFunctionsArgs = readonly (object | string)[];

export type RunnableFunctions<FunctionsArgs extends BaseFunctionsArgs, ToolContext = unknown> = [
  any[],
] extends [FunctionsArgs]
  ? readonly RunnableFunction<any, ToolContext>[]
  : {
      [Index in keyof FunctionsArgs]: FunctionsArgs[Index] extends object | string
        ? RunnableFunction<FunctionsArgs[Index], ToolContext>
        : FunctionsArgs[Index];
    };

/** The tools of a run. Naming the arguments of each in `FunctionsArgs` types their callbacks. */
export type RunnableTools<FunctionsArgs extends BaseFunctionsArgs, ToolContext = unknown> = [any[]] extends [
  FunctionsArgs,
]
  ? readonly (RunnableToolFunction<any, ToolContext> | RunnableCustomTool<ToolContext>)[]
  : {
      [Index in keyof FunctionsArgs]: FunctionsArgs[Index] extends object | string
        ? RunnableToolFunction<FunctionsArgs[Index], ToolContext>
        : FunctionsArgs[Index];
    };

export function isRunnableFunctionWithParse<Args extends object, ToolContext = unknown>(
  fn: any,
): fn is RunnableFunctionWithParse<Args, ToolContext> {
  return typeof fn?.parse === 'function';
}

/** A function tool with a parser, made with `new` so that the types of both agree. */
export class ParsingToolFunction<Args extends object, ToolContext = unknown> {
  /** Marks a function. */
  type = 'function' as const;
  /** The function: what the model reads of it, and what runs. */
  function: RunnableFunctionWithParse<Args, ToolContext>;

  constructor(input: RunnableFunctionWithParse<Args, ToolContext>) {
    this.function = input;
  }
}
