/** The tools of a run: their definitions for the request, their parsers for responses, and their callbacks by name. */

import { OpenAIError } from '../errors/openai-error.ts';
import { isAutoParsableTool, parseRaw } from '../structured/format.ts';
import { parseJSON } from '../structured/json.ts';
import { readersFor } from '../structured/readers.ts';
import type { Reader, Readers } from '../structured/readers.ts';
import type { ChatCompletionMessageToolCall, ChatCompletionTool } from '../types/tools.ts';

/** The fourth argument of a tool: which call it runs for. */
export interface ToolCallContext {
  /** Aborts with the run, or when the time limit of this call is reached. */
  signal: AbortSignal;
  /** The call under way, with its id. */
  toolCall: ChatCompletionMessageToolCall;
}

/** What runs the calls of one tool. */
export interface Callable {
  /** What the callback gets is made of the text of the call; absent: the text itself. */
  parse: ((text: string) => unknown) | undefined;
  /** Undefined if the caller provides the results. */
  call:
    | ((args: unknown, runner: unknown, toolContext: unknown, context: ToolCallContext) => unknown)
    | undefined;
  /** Milliseconds; undefined: the run's own limit holds. */
  timeout: number | undefined;
}

export interface ToolRegistry {
  /** As sent: no callbacks, no parsers. */
  definitions: ChatCompletionTool[];
  functions: Map<string, Callable>;
  custom: Map<string, Callable>;
  /**
   * How responses of the run are parsed: arguments of strict tools as JSON, to be validated when they are called. Arguments
   * that are not JSON are reported to the model and do not fail the run, so their `parsed_arguments` are null.
   */
  readers: Readers;
}

/** Throws an {@link OpenAIError}, naming the place, for what is no tool, has no name, or cannot be called. */
export function registerTools(tools: unknown, responseFormat: unknown): ToolRegistry {
  if (!Array.isArray(tools)) throw new OpenAIError(`runTools() needs a list of tools, got ${String(tools)}`);
  const definitions: ChatCompletionTool[] = [];
  const functions = new Map<string, Callable>();
  const custom = new Map<string, Callable>();
  for (const [at, tool] of (tools as any[]).entries()) {
    checkTool(tool, `tools[${at}]`);
    if (tool.type === 'custom') {
      const { function: callback, toolTimeout, ...definition } = tool.custom;
      if (!definition.name) throw new OpenAIError(`missing tools[${at}].custom.name`);
      definitions.push({ type: 'custom', custom: definition });
      custom.set(definition.name, callable(tool.custom, { call: callback }));
    } else if (tool.type === 'function') {
      const { parameters, description, strict, function: callback, parse } = tool.function;
      const made: boolean = isAutoParsableTool(tool);
      if (made && !tool.$callback)
        throw new OpenAIError('Tool given to `.runTools()` that does not have an associated function');
      const name: string = tool.function.name || callback?.name;
      if (!name) throw new OpenAIError(`missing tools[${at}].function.name`);
      definitions.push({
        type: 'function',
        function: {
          name,
          parameters,
          description: made ? description || '' : description,
          strict: made || strict,
        },
      });
      functions.set(
        name,
        callable(made ? tool : tool.function, {
          call: tool.$callback ?? callback,
          parse: made
            ? (text) => parseRaw(tool, text, true)
            : (tool.$parseRaw ?? parse ?? (strict ? checkJSON : undefined)),
        }),
      );
    } else definitions.push(tool);
  }
  const readers = readersFor({ response_format: responseFormat, tools: definitions });
  return {
    definitions,
    functions,
    custom,
    readers: { ...readers, whole: true, tool: (name) => lenient(readers.tool(name)) },
  };
}

/** Tools of types that are not run here are sent as they are. */
function checkTool(tool: any, place: string): void {
  const body = tool?.[tool.type];
  if (!tool || (!body && (tool.type === 'function' || tool.type === 'custom'))) {
    throw new OpenAIError(`missing ${place}${tool ? `.${tool.type}` : ''}`);
  }
  for (const name of ['function', 'parse']) {
    if (typeof (body?.[name] ?? checkTool) !== 'function')
      throw new OpenAIError(`${place}.${tool.type}.${name} is no function`);
  }
}

/** The callbacks see `owner`, which they were given on, as `this`. */
function callable(
  owner: { toolTimeout?: number | undefined },
  { call, parse }: { call?: Callable['call']; parse?: Callable['parse'] },
): Callable {
  atLeastOne('toolTimeout', owner.toolTimeout);
  return { call: call?.bind(owner), parse: parse?.bind(owner), timeout: owner.toolTimeout };
}

/** Throws an {@link OpenAIError} unless `value` is absent or a number from 1 on. */
export function atLeastOne(name: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 1)) throw new OpenAIError(`${name} must be at least 1, got ${value}`);
}

function checkJSON(text: string): string {
  parseJSON(text);
  return text;
}

function lenient(reader: Reader | undefined): Reader | undefined {
  return (
    reader && {
      ...reader,
      parse(text) {
        try {
          return reader.parse(text || '{}');
        } catch {
          return null;
        }
      },
    }
  );
}
