/** One call of a tool: finds the tool, parses the arguments, has the call approved, runs it, and returns its result. */

import { OpenAIError, textOf } from '../errors/openai-error.ts';
import { Deadline } from '../http/deadline.ts';
import { observed } from '../http/observe.ts';
import type { ObservedTool } from '../http/observer.ts';
import type { ObserveOptions } from '../http/options.ts';
import { within } from '../http/request.ts';
import type { ToolApproval } from './run-options.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import type { ToolRegistry } from './registry.ts';

/** What the calls of one run have in common. */
export interface CallSettings {
  tools: ToolRegistry;
  /** Handed to callbacks as their second argument. */
  runner: unknown;
  toolContext: unknown;
  signal: AbortSignal;
  /** The one function that may be called, when the request forces it. */
  forced: string | undefined;
  onToolError: 'throw' | 'report';
  /** Milliseconds; undefined: no limit. */
  toolTimeout: number | undefined;
  /** Client and options whose observers are called for the tool. */
  client: object;
  options: ObserveOptions;
  approve: ((call: ChatCompletionMessageToolCall) => ToolApproval | Promise<ToolApproval>) | undefined;
}

/** The result of a call. `done`: the callback ran to its end. `paused`: the caller has to provide the result. */
export type CallOutcome =
  | { kind: 'done' | 'told'; content: string }
  | { kind: 'failed'; error: unknown }
  | { kind: 'paused' | 'skipped' };

/** Never rejects. After an abort no callback is started any more. */
export async function callTool(
  toolCall: ChatCompletionMessageToolCall,
  settings: CallSettings,
): Promise<CallOutcome> {
  const { tools, forced, signal, approve } = settings;
  const [known, name, text] =
    toolCall.type === 'custom'
      ? [tools.custom, toolCall.custom.name, toolCall.custom.input]
      : [tools.functions, toolCall.function.name, toolCall.function.arguments];
  const tool = known.get(name);
  if (!tool) {
    const names = [...known.keys()].map((known) => JSON.stringify(known)).join(', ');
    return invalid(name, `Available options are: ${names}`);
  }
  if (forced !== undefined && forced !== name) return invalid(name, `${JSON.stringify(forced)} requested`);
  const { call, parse } = tool;
  if (!call) return { kind: 'paused' };

  let args: unknown = text;
  try {
    if (parse) args = await parse(text || '{}');
  } catch (error) {
    return { kind: 'told', content: textOf(error) };
  }
  if (approve && !signal.aborted) {
    try {
      const verdict: unknown = await approve(toolCall);
      if (verdict === 'pause') return { kind: 'paused' };
      if (verdict !== 'approve') return { kind: 'told', content: refusalOf(verdict) };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }
  if (signal.aborted) return { kind: 'skipped' };
  try {
    const { client, options, runner, toolContext, toolTimeout } = settings;
    const run = (): Promise<unknown> =>
      withinLimit(tool.timeout ?? toolTimeout, settings, name, (signal) =>
        call(args, runner, toolContext, { signal, toolCall }),
      );
    const info = (): ObservedTool => ({ kind: 'tool', name, call: toolCall });
    const result = await observed(client, options, info, run);
    return { kind: 'done', content: toText(result) };
  } catch (error) {
    if (settings.onToolError === 'throw' || signal.aborted) return { kind: 'failed', error };
    return { kind: 'told', content: textOf(error) };
  }
}

function invalid(name: string, hint: string): CallOutcome {
  return { kind: 'told', content: `Invalid tool_call: ${JSON.stringify(name)}. ${hint}. Please try again` };
}

function refusalOf(verdict: unknown): string {
  const text = (verdict as { refuse?: unknown } | null | undefined)?.refuse;
  if (typeof text === 'string') return text;
  throw new OpenAIError(
    `approveToolCall must return 'approve', 'pause' or { refuse: text }, got ${String(verdict)}`,
  );
}

/** Runs `call` with its signal. When its time is up it is no longer waited for; the signal tells it to stop. */
async function withinLimit(
  limit: number | undefined,
  { signal }: CallSettings,
  name: string,
  call: (signal: AbortSignal) => unknown,
): Promise<unknown> {
  if (limit === undefined) return call(signal);
  const deadline = new Deadline(signal);
  const { controller } = deadline;
  const late = (): Error =>
    new OpenAIError(`The tool ${JSON.stringify(name)} did not return within ${limit} ms`);
  try {
    return await within((async () => call(controller.signal))(), limit, controller, false, late);
  } finally {
    deadline.release();
  }
}

/** Text as it is, everything else as JSON; what JSON has no text for, as JavaScript writes it. */
function toText(result: unknown): string {
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? String(result));
}
