/** One call of a tool: find it, read its arguments, have it approved, run it, and say what came of it. */

import type { ToolApproval } from '../streaming/conversation.ts';
import { OpenAIError } from '../transport/errors.ts';
import type { ChatCompletionMessageToolCall } from '../types/tools.ts';
import type { Callable, ToolRegistry } from './registry.ts';

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
  approve: ((call: ChatCompletionMessageToolCall) => ToolApproval | Promise<ToolApproval>) | undefined;
}

/** What came of a call. `done`: the callback ran to its end. `paused`: somebody else has to answer it. */
export type CallOutcome =
  | { kind: 'done' | 'told'; content: string }
  | { kind: 'failed'; error: unknown }
  | { kind: 'paused' | 'skipped' };

/** Never rejects. After an abort no callback is started any more. */
export async function callTool(
  toolCall: ChatCompletionMessageToolCall,
  settings: CallSettings,
): Promise<CallOutcome> {
  const { tools, forced, signal } = settings;
  const [tool, text] =
    toolCall.type === 'custom'
      ? [tools.custom.get(toolCall.custom.name), toolCall.custom.input]
      : [tools.functions.get(toolCall.function.name), toolCall.function.arguments];
  if (toolCall.type === 'custom') {
    if (!tool) return { kind: 'paused' };
  } else {
    const { name } = toolCall.function;
    const names = [...tools.functions.keys()].map((known) => JSON.stringify(known)).join(', ');
    if (!tool) return invalid(name, `Available options are: ${names}`);
    if (forced !== undefined && forced !== name) return invalid(name, `${JSON.stringify(forced)} requested`);
  }

  let args: unknown = text;
  try {
    if (tool.parse) args = await tool.parse(text || '{}');
  } catch (error) {
    return { kind: 'told', content: messageOf(error) };
  }
  try {
    if (signal.aborted) return { kind: 'skipped' };
    const verdict = (await settings.approve?.(toolCall)) ?? 'approve';
    if (verdict === 'pause') return { kind: 'paused' };
    if (verdict !== 'approve') return { kind: 'told', content: verdict.refuse };
    if (signal.aborted) return { kind: 'skipped' };
  } catch (error) {
    return { kind: 'failed', error };
  }
  try {
    return { kind: 'done', content: toText(await runTool(tool, args, toolCall, settings)) };
  } catch (error) {
    if (settings.onToolError === 'throw' || signal.aborted) return { kind: 'failed', error };
    return { kind: 'told', content: messageOf(error) };
  }
}

function invalid(name: string, hint: string): CallOutcome {
  return { kind: 'told', content: `Invalid tool_call: ${JSON.stringify(name)}. ${hint}. Please try again` };
}

/** A call whose time is up is no longer waited for; its signal tells the callback to stop. */
async function runTool(
  tool: Callable,
  args: unknown,
  toolCall: ChatCompletionMessageToolCall,
  { runner, toolContext, signal, toolTimeout }: CallSettings,
): Promise<unknown> {
  const limit = tool.timeout ?? toolTimeout;
  if (limit === undefined) return tool.call(args, runner, toolContext, { signal, toolCall });
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', abort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const name = toolCall.type === 'custom' ? toolCall.custom.name : toolCall.function.name;
        const error = new OpenAIError(`The tool ${JSON.stringify(name)} did not answer within ${limit} ms`);
        controller.abort(error);
        reject(error);
      },
      Math.min(limit, 0x7fffffff),
    );
  });
  try {
    return await Promise.race([
      timeUp,
      (async () => tool.call(args, runner, toolContext, { signal: controller.signal, toolCall }))(),
    ]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Text as it is, everything else as JSON; what JSON has no text for, as JavaScript writes it. */
function toText(result: unknown): string {
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? String(result));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
