/** Runs of tools against scripted replies, written down: requests, calls, events and what remained, in their order. */

import type { OpenAI } from '../../src/entries/index.ts';
import { sse } from './chunks.ts';

type Fields = Record<string, any>;

/** A reply of the model: its message, and what stands around it. */
export interface Turn {
  content?: string | null;
  calls?: Fields[];
  /** Default: what the message calls for. */
  finish?: string;
  usage?: Fields;
  /** Further fields of the message. */
  message?: Fields;
  /** Further fields of the completion. */
  more?: Fields;
}

/** What a run does, told while it goes on. */
export interface Script {
  streaming?: boolean;
  replies: (Turn | Fields | Error)[];
  /** Made anew for each run; `log` writes a line. */
  tools: (log: Log, stop: Stop) => unknown;
  params?: Fields;
  options?: (log: Log, stop: Stop) => Fields;
  /** Attaches what listens. */
  watch?: (runner: any, log: Log, stop: Stop) => void;
}

export type Log = (line: string) => void;

/** What stops a run from outside: its caller's signal, or the run itself. */
export interface Stop {
  signal: AbortController;
  runner: any;
}

export const functionCall = (name: string, args: string = '{}', id: string = `id_${name}`): Fields => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

export const customCall = (name: string, input: string, id: string = `id_${name}`): Fields => ({
  id,
  type: 'custom',
  custom: { name, input },
});

/** A tool whose callback is told its arguments, as `name({"a":1})`. */
export const tool = (
  name: string,
  run: (args: any, ...more: any[]) => unknown,
  more: Fields = {},
): Fields => ({
  type: 'function',
  function: {
    name,
    description: `does ${name}`,
    parameters: { type: 'object', properties: {} },
    function: run,
    ...more,
  },
});

export function completionOf(turn: Turn): Fields {
  const { content = null, calls, usage, message, more } = turn;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: turn.finish ?? (calls?.length ? 'tool_calls' : 'stop'),
        logprobs: null,
        message: {
          role: 'assistant',
          content,
          refusal: null,
          ...(calls && { tool_calls: calls }),
          ...message,
        },
      },
    ],
    ...(usage && { usage }),
    ...more,
  };
}

export function chunksOf(turn: Turn): Fields[] {
  const completion = completionOf(turn);
  const { message, finish_reason } = completion['choices'][0];
  const { usage, choices: _, ...head } = completion;
  const chunk = (delta: Fields, finish: string | null = null): Fields => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
  });
  const { content, tool_calls: calls = [], ...rest } = message;
  const pieces = (text: string): string[] => text.match(/[^]{1,5}/gu) ?? [];
  return [
    chunk({ ...rest, content: content === null ? null : '' }),
    ...pieces(content ?? '').map((piece) => chunk({ content: piece })),
    ...(calls as Fields[]).flatMap(({ function: called, custom, ...call }, index) => [
      chunk({
        tool_calls: [
          {
            index,
            ...call,
            ...(called && { function: { ...called, arguments: '' } }),
            ...(custom && { custom: { ...custom, input: '' } }),
          },
        ],
      }),
      ...pieces(called?.arguments ?? custom?.input ?? '').map((piece) =>
        chunk({
          tool_calls: [
            { index, ...(called ? { function: { arguments: piece } } : { custom: { input: piece } }) },
          ],
        }),
      ),
    ]),
    chunk({}, finish_reason),
    ...(usage ? [{ ...head, object: 'chat.completion.chunk', choices: [], usage }] : []),
  ];
}

/** A fetch that answers with `replies` in order, and says when there is none left. */
export function modelOf(
  replies: Script['replies'],
  seen: (body: Fields, init: RequestInit) => void,
): typeof fetch {
  let next = 0;
  const answer = async (_: unknown, init: RequestInit = {}): Promise<Response> => {
    const body = JSON.parse(String(init.body)) as Fields;
    seen(body, init);
    init.signal?.throwIfAborted();
    const turn = replies[next++];
    if (!turn) throw new Error('no reply is left');
    if (turn instanceof Error) throw turn;
    if (!body['stream']) {
      return Response.json('choices' in turn ? turn : completionOf(turn));
    }
    return new Response(sse('chunks' in turn ? turn['chunks'] : chunksOf(turn)), {
      headers: { 'content-type': 'text/event-stream' },
    });
  };
  return answer as typeof fetch;
}

export const eventNames = [
  'connect',
  'chunk',
  'content',
  'content.delta',
  'content.done',
  'refusal.delta',
  'refusal.done',
  'tool_calls.function.arguments.delta',
  'tool_calls.function.arguments.done',
  'chatCompletion',
  'message',
  'functionToolCall',
  'functionToolCallResult',
  'finalChatCompletion',
  'finalMessage',
  'finalContent',
  'finalFunctionToolCall',
  'finalFunctionToolCallResult',
  'totalUsage',
  'error',
  'abort',
  'end',
] as const;

/** One line: keys sorted, ids that were made up named as such. */
export function line(value: unknown): string {
  if (value instanceof Error) {
    const { constructor, message, cause } = value;
    return `${constructor.name}: ${message}${cause === undefined ? '' : ` <- ${line(cause)}`}`;
  }
  const text = JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return String(text).replace(/call_[0-9a-f]{8}-[0-9a-f-]{27}/g, 'call_<uuid>');
}

export interface Told {
  /** Requests, calls and events in their order. */
  log: string[];
  /** What each accessor came to. */
  final: Record<string, string>;
  messages: string[];
  /** The messages of every request. */
  sent: Fields[];
  runner: any;
}

/** Runs `script` with a client of that class, to its end. */
export async function tell(Client: typeof OpenAI, script: Script): Promise<Told> {
  const log: string[] = [];
  const write: Log = (text) => log.push(text);
  const sent: Fields[] = [];
  const stop: Stop = { signal: new AbortController(), runner: undefined };
  const client = new Client({
    apiKey: 'k',
    baseURL: 'http://127.0.0.1/v1',
    maxRetries: 0,
    logLevel: 'off',
    fetch: modelOf(script.replies, (body, init) => {
      sent.push(body);
      const helper = new Headers(init.headers).get('x-stainless-helper-method');
      write(`request ${helper} ${line(body)}`);
    }),
  });
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: 'go' }],
    tools: script.tools(write, stop),
    ...(script.streaming && { stream: true }),
    ...script.params,
  };
  const options = { signal: stop.signal.signal, ...script.options?.(write, stop) };
  const runner: any = (client.chat.completions as any).runTools(body, options);
  stop.runner = runner;
  script.watch?.(runner, write, stop);
  for (const name of eventNames) {
    runner.on(name, (...args: unknown[]) => write(`${name} ${args.map(line).join(' ')}`));
  }
  const accessors = [
    'done',
    'finalChatCompletion',
    'finalMessage',
    'finalContent',
    'finalFunctionToolCall',
    'finalFunctionToolCallResult',
    'totalUsage',
  ];
  const values = await Promise.all(
    accessors.map((name) => runner[name]().then(line, (error: unknown) => `threw ${line(error)}`)),
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  return {
    log,
    final: {
      ...Object.fromEntries(accessors.map((name, at) => [name, values[at]])),
      all: line(runner.allChatCompletions()),
      state: line([runner.ended, runner.errored, runner.aborted]),
    },
    messages: runner.messages.map(line),
    sent,
    runner,
  };
}
