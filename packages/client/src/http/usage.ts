/** The `usage` option: an observer that requests the usage of streams, and reports the usage of each attempt. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { CompletionUsage } from '../types/completion.ts';
import type { CallObserver, Observe, ObservedRequest } from './observer.ts';

/** The attempt that a usage belongs to. */
export interface UsageInfo {
  /** The model that the response names, or the requested one if it names none. */
  model: string | undefined;
  /** Path of the endpoint, such as `/chat/completions`. */
  path: string;
  /** The id of the completion. Undefined for embeddings, and as long as nothing has arrived. */
  id: string | undefined;
  /** Counted from 1. */
  attempt: number;
  /** Milliseconds since the attempt was sent. */
  ms: number;
  /**
   * Whether the response was not read to its end, because it was lost, aborted, left or malformed. The model may have
   * used more than the usage shows.
   */
  cut: boolean;
}

/**
 * Called with the last usage that the server sent, or undefined if it sent none. The usage of embeddings has no
 * `completion_tokens`.
 */
export type OnUsage = (usage: CompletionUsage | undefined, info: UsageInfo) => unknown;

/** The endpoints whose models count tokens. */
const counted = /^\/(chat\/completions|completions|embeddings)$/;

/** Servers and models that refuse `stream_options`. Kept by callback, because `withOptions()` clients share the callback. */
const refused: WeakMap<OnUsage, Set<string>> = /* @__PURE__ */ new WeakMap();

/**
 * Calls `report` once for each attempt that a server accepted.
 *
 * Sets `include_usage` in streamed requests that do not set it, and hides the chunk that has only the usage. If the server
 * refuses the option, the request is sent again without it.
 */
export function observeUsage(report: OnUsage): Observe {
  if (typeof report !== 'function') throw new OpenAIError('usage must be a function');
  return (call) => {
    if (call.kind === 'request' && call.method === 'post' && counted.test(call.path))
      return usageOf(call, report);
  };
}

function usageOf(call: ObservedRequest, report: OnUsage): CallObserver {
  const given = call.body as any;
  const { path } = call;
  let known = refused.get(report);
  if (!known) refused.set(report, (known = new Set()));
  const server = `${call.baseURL}${path} ${given?.model}`;
  let asked =
    given?.stream === true &&
    given.stream_options?.include_usage === undefined &&
    !given.toJSON &&
    !known.has(server);
  if (asked) call.body = { ...given, stream_options: { ...given.stream_options, include_usage: true } };

  let accepted: boolean;
  let startTime: number;
  let attempt: number;
  let last: any;
  const tell = (usage: CompletionUsage | undefined, cut: boolean, value = last): unknown =>
    accepted &&
    report(usage, {
      model: value?.model ?? given?.model,
      path,
      id: value?.id,
      attempt,
      ms: Date.now() - startTime,
      cut,
    });
  return {
    attempt(event) {
      ({ attempt } = event);
      startTime = Date.now();
      accepted = false;
      last = undefined;
    },
    response({ status }) {
      accepted = status < 300;
    },
    retry: () => tell(undefined, true),
    failure({ error }) {
      if (!asked || !refuses(error)) return undefined;
      known.add(server);
      asked = false;
      call.body = given;
      return 'retry';
    },
    chunk(chunk: any) {
      last = chunk;
      return asked && chunk?.usage && !chunk.choices?.length ? 'hide' : undefined;
    },
    end: ({ usage, outcome, value }) => tell(usage, outcome !== 'complete', last ?? value) as void,
  };
}

/** Whether the server refused the option: its error names it. */
function refuses(error: Error & { status?: number; error?: unknown }): boolean {
  const text = `${error.message} ${JSON.stringify(error.error)}`;
  return [400, 422].includes(error.status!) && /stream_options|include_usage/.test(text);
}
