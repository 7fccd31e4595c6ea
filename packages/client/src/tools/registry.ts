/** The tools of a run: as they are sent, as answers are read by them, and as callbacks by name. */

import { isAutoParsableTool } from '../structured/format.ts';
import { readersFor } from '../structured/readers.ts';
import type { Reader, Readers } from '../structured/readers.ts';
import { OpenAIError } from '../transport/errors.ts';
import type { ChatCompletionTool } from '../types/tools.ts';
import type { ToolCallContext } from './runnable.ts';

/** What answers the calls of one tool. */
export interface Callable {
  /** What the callback gets is made of the text of the call; absent: the text itself. */
  parse: ((text: string) => unknown) | undefined;
  call(args: unknown, runner: unknown, toolContext: unknown, context: ToolCallContext): unknown;
  /** Milliseconds; undefined: the run's own limit holds. */
  timeout: number | undefined;
}

export interface ToolRegistry {
  /** As sent: no callbacks, no parsers. */
  definitions: ChatCompletionTool[];
  functions: Map<string, Callable>;
  /** Custom tools that have a callback. */
  custom: Map<string, Callable>;
  /**
   * How answers of the run are read. A call whose arguments are not what was promised is told to the model instead of
   * failing the run, so its `parsed_arguments` are null. Answers that were cut always fail.
   */
  readers: Readers;
}

/** Throws an {@link OpenAIError} for a tool that has no callback or no name. */
export function registerTools(tools: Iterable<any>, responseFormat: unknown): ToolRegistry {
  const definitions: ChatCompletionTool[] = [];
  const read: unknown[] = [];
  const functions = new Map<string, Callable>();
  const custom = new Map<string, Callable>();
  for (const tool of tools) {
    if (tool.type === 'custom') {
      const { function: callback, toolTimeout, ...definition } = tool.custom;
      definitions.push({ type: 'custom', custom: definition });
      if (callback) custom.set(definition.name, { parse: undefined, call: callback, timeout: toolTimeout });
      continue;
    }
    const made = isAutoParsableTool(tool);
    const { function: callback, parse, toolTimeout, ...fields } = tool.function;
    const call = made ? tool.$callback : callback;
    if (typeof call !== 'function')
      throw new OpenAIError('Tool given to `.runTools()` that does not have an associated function');
    const { parameters, description, strict } = fields;
    const name: string = fields.name || call.name;
    if (!name) throw new OpenAIError(`tools[${definitions.length}].function needs a name`);
    const definition = {
      type: 'function' as const,
      function: {
        name,
        parameters,
        description: made ? description || '' : description,
        strict: made || strict,
      },
    };
    definitions.push(definition);
    read.push(made ? tool : definition);
    functions.set(name, { parse: made ? tool.$parseRaw : parse, call, timeout: toolTimeout });
  }
  const readers = readersFor({ response_format: responseFormat, tools: read });
  return {
    definitions,
    functions,
    custom,
    readers: { ...readers, active: true, tool: (name) => lenient(readers.tool(name)) },
  };
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
