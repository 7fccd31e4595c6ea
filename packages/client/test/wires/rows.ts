/**
 * The thirty-two odd wires that clients are known to meet, as bytes. What comes of them is told by `rows.test.ts` for
 * this package, and by `docs/wires.md` for this one and the original side by side.
 */
import type { Answer } from './wire.ts';

export interface Row {
  row: number;
  /** What the server does, in Markdown. */
  wire: string;
  answer: Answer;
  /** After the body the connection stays open and silent, or is lost; else it ends. */
  then?: 'stall' | 'reset' | undefined;
}

type Finish = string | null | undefined;

const envelope = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const choice = (delta: unknown, finish_reason: Finish = null, beside: object = { index: 0 }): object => ({
  ...envelope,
  choices: [{ ...beside, delta, finish_reason }],
});
const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const said = (delta: unknown, finish?: Finish): string => data(choice(delta, finish));
/** A chunk of one tool call; those of a row follow `opened`. */
const called = (call: object): string => said({ tool_calls: [call] });
const opened = said({ role: 'assistant', content: null });
const done = 'data: [DONE]\n\n';
const start = said({ role: 'assistant', content: 'Hel' });
const more = said({ content: 'lo' });
const stop = said({}, 'stop');
const callsStop = said({}, 'tool_calls');
const end = more + stop + done;

const completion = {
  ...envelope,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
};
const failure = { message: 'Upstream is gone', type: 'server_error', param: null, code: 502 };
const fn = (name: string, args: unknown): object => ({ function: { name, arguments: args } });
const page = '<!doctype html><title>Sign in</title>';

const events = (body: string): Answer => typed('text/event-stream', body);
const typed = (type: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': type },
  body: new TextEncoder().encode(body),
});

const table: [wire: string, answer: Answer, then?: Row['then']][] = [
  ['nothing after the first chunk', events(start), 'stall'],
  ['the stream ends with neither `finish_reason` nor `[DONE]`', events(start + more)],
  ['a complete completion as JSON, not streamed', typed('application/json', JSON.stringify(completion))],
  ['`200` with `{"error":{…}}` as JSON', typed('application/json', JSON.stringify({ error: failure }))],
  ['`200` with an HTML page', typed('text/html', page)],
  ['`event: ping` without data', events(`${start}event: ping\n\n${end}`)],
  ['`data:` without data', events(`${start}data:\n\n${end}`)],
  ['`event: ping` with `data: {}`', events(`${start}event: ping\ndata: {}\n\n${end}`)],
  ['`data: null`', events(`${start}data: null\n\n${end}`)],
  ['one newline between events instead of two', events((start + end).replaceAll('\n\n', '\n'))],
  ['`data: [DONE] ` with a space after it', events(start + more + stop + 'data: [DONE] \n\n')],
  ['`error: {…}` as a separate field', events(`${start}error: ${JSON.stringify(failure)}\n\n${done}`)],
  ['`data: {"object":"error","message":…}`', events(start + data({ object: 'error', ...failure }) + done)],
  ['`{"error":{…}}` on a line without `data:`', events(`${start}${JSON.stringify({ error: failure })}\n\n`)],
  ['`data: {"error":{…}}`', events(start + data({ error: failure }))],
  [
    'a `data:` line that starts in the middle of another',
    events(`${start}data: {"id":"c","object":"chat.completion.c${more}${stop}${done}`),
  ],
  ['the connection is lost', events(start), 'reset'],
  [
    '`choices` null or missing in a chunk',
    events(data({ ...envelope, choices: null }) + data(envelope) + start + end),
  ],
  [
    'a choice without `index`',
    events(data(choice({ content: 'Hello' }, null, {})) + data(choice({}, 'stop', {})) + done),
  ],
  ['no role in any delta', events(said({ content: 'Hello' }) + stop + done)],
  [
    'a tool call without `index`',
    events(opened + called({ id: 'a', type: 'function', ...fn('add', '{"x":1}') }) + callsStop + done),
  ],
  [
    'the first tool call has `index: 1`',
    events(
      start + called({ index: 1, id: 'a', type: 'function', ...fn('add', '{"x":1}') }) + callsStop + done,
    ),
  ],
  [
    'two tool calls, both with `index: 0`',
    events(
      opened +
        called({ index: 0, id: 'a', type: 'function', ...fn('add', '{"x":1}') }) +
        called({ index: 0, id: 'b', type: 'function', ...fn('sub', '{"y":2}') }) +
        callsStop +
        done,
    ),
  ],
  [
    '`arguments` as an object',
    events(
      opened + called({ index: 0, id: 'a', type: 'function', ...fn('add', { x: 1 }) }) + callsStop + done,
    ),
  ],
  [
    'a tool call without `type`',
    events(opened + called({ index: 0, id: 'a', ...fn('add', '{"x":1}') }) + callsStop + done),
  ],
  [
    'the name of a tool in two pieces',
    events(
      opened +
        called({ index: 0, id: 'a', type: 'function', ...fn('get_', '') }) +
        called({ index: 0, ...fn('weather', '{"x":1}') }) +
        callsStop +
        done,
    ),
  ],
  [
    '`content` as a list of parts',
    events(
      said({ role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }) +
        said({ content: [{ type: 'text', text: 'Hel' }] }) +
        end,
    ),
  ],
  [
    '`reasoning_content` in pieces',
    events(
      said({ role: 'assistant', reasoning_content: 'Two ' }) +
        said({ reasoning_content: 'plus' }) +
        start +
        end,
    ),
  ],
  [
    '`reasoning_details` in pieces',
    events(
      said({ role: 'assistant', reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'Two ' }] }) +
        said({ reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'plus' }] }) +
        start +
        end,
    ),
  ],
  [
    '`finish_reason: "stop"` in every chunk',
    events(said({ role: 'assistant', content: 'Hel' }, 'stop') + said({ content: 'lo' }, 'stop') + done),
  ],
  ['`content: 1`, a number', events(start + said({ content: 1 }) + stop + done)],
  ['`[DONE]`, but never a `finish_reason`', events(start + more + done)],
];

export const rows: Row[] = table.map(([wire, answer, then], at) => ({ row: at + 1, wire, answer, then }));

/** A fetch that plays the row. A stalled body gives nothing until the request is aborted. */
export function fetchRow({ answer: { status, headers, body }, then }: Row): typeof fetch {
  return async (_url, init) => {
    let sent = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const { signal } = init ?? {};
        if (then === 'stall')
          signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      pull: (controller) => {
        if (!sent) controller.enqueue(body);
        else if (then === 'reset') controller.error(new TypeError('terminated'));
        else if (then === undefined) controller.close();
        sent = true;
      },
    });
    return new Response(stream, { status, headers });
  };
}
