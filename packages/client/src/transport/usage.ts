/** The `usage` option: an observer that has streams report their usage, and tells what each attempt used. */

import type { CompletionUsage } from '../types/completion.ts';
import { OpenAIError } from './errors.ts';
import type { CallObserver, Observe, ObservedRequest } from './observe.ts';

/** The attempt that a usage belongs to. */
export interface UsageInfo {
  /** What the server says is the model, else the one that was requested. */
  model: string | undefined;
  /** Of the endpoint, such as `/chat/completions`. */
  path: string;
  /** The id of the completion. Undefined for embeddings, and as long as nothing has arrived. */
  id: string | undefined;
  /** Counted from 1. */
  attempt: number;
  /** Milliseconds since the attempt was sent. */
  ms: number;
  /**
   * Whether the response was not read to its end: it was lost, aborted, left or malformed. The model may have used more than the
   * usage says.
   */
  cut: boolean;
}

/** `usage` is what the server last said: undefined when it said nothing. That of embeddings has no `completion_tokens`. */
export type OnUsage = (usage: CompletionUsage | undefined, info: UsageInfo) => unknown;

/** The endpoints whose models count tokens. */
const counted = /^\/(chat\/completions|completions|embeddings)$/;

/** Models that do not take `stream_options`, by the callback: clients that are made of one another share it. */
const refused: WeakMap<OnUsage, Set<string>> = /* @__PURE__ */ new WeakMap();

/**
 * Calls `report` once for each attempt that a server accepted.
 *
 * Adds `include_usage` to streamed requests that do not say whether they want it, and hides the chunk that has nothing but the
 * usage. A server that refuses it is sent the request again, without.
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

/** Whether an error response names the option. */
function refuses(error: Error & { status?: number; error?: unknown }): boolean {
  const text = `${error.message} ${JSON.stringify(error.error)}`;
  return [400, 422].includes(error.status!) && /stream_options|include_usage/.test(text);
}
