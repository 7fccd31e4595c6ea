// The answers every contender reads: what a server sends for one streamed completion, and what must come out of it.
// The same seed gives every contender the same bytes.
const words = [
  'The',
  ' stream',
  ' of',
  ' tokens',
  ' carries',
  ' one',
  ' word',
  ' at',
  ' a',
  ' time',
  ',',
  ' and',
  ' a',
  ' reader',
  ' sees',
  ' each',
  ' as',
  ' it',
  ' comes',
  '.',
  '\n\n',
  ' "quoted"',
  ' naïve',
  ' — ',
  ' 東京',
  ' C:\\path',
  ' 🙂',
  ' end',
];

/** @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const head = '"object":"chat.completion.chunk","created":1763836800,"model":"gpt-4o-mini-2024-07-18"';

/**
 * The deltas of one response, and the whole that they add up to.
 * - `text`: `chunks` chunks, of which the first names the role and the last the finish reason.
 * - `json`: an object of `bytes` characters in deltas of 4, as the content or as the arguments of a tool call.
 */
export function answer({ kind, chunks, bytes }) {
  if (kind === 'text') {
    const next = random(7);
    const deltas = Array.from({ length: chunks - 2 }, () => words[Math.floor(next() * words.length)]);
    return { deltas, text: deltas.join(''), chunks };
  }
  const value = document(bytes);
  const text = JSON.stringify(value);
  const deltas = [];
  for (let at = 0; at < text.length; at += 4) deltas.push(text.slice(at, at + 4));
  return { deltas, text, chunks: deltas.length + 2, value };
}

/** A list of records with strings, numbers, nesting and escapes, whose JSON has about `bytes` characters. */
function document(bytes) {
  const next = random(11);
  const items = [];
  for (let length = 12; length < bytes;) {
    const name = Array.from({ length: 6 }, () => words[Math.floor(next() * words.length)]).join('');
    const item = {
      id: items.length + 1,
      name,
      price: Math.round(next() * 1e4) / 100,
      tags: ['red', 'small'],
      stock: { amount: Math.floor(next() * 100), place: 'B-12' },
    };
    items.push(item);
    length += JSON.stringify(item).length + 1;
  }
  return { items };
}

/**
 * What servers put around the choices of a chunk, in the order of their fields: `[before, after, of the choice]`.
 * - `plain`: nothing that changes, about 250 bytes a chunk.
 * - `openai`: what api.openai.com adds by default: a padding of random length, the service tier and a null usage.
 * - `llama.cpp`: with `timings_per_token`: eight numbers, most of them new in every chunk.
 * - `usage`: vLLM with `continuous_usage_stats`: the tokens so far.
 */
const shapes = {
  plain: () => [`${head},"system_fingerprint":"fp_560af6e559",`, '', logprobs],
  openai: (_, next) => [
    `${head},"service_tier":"default","system_fingerprint":"fp_560af6e559",`,
    `,"usage":null,"obfuscation":"${'kR8vQ2mZx7LpTn0W'.slice(Math.floor(next() * 16))}"`,
    logprobs,
  ],
  'llama.cpp': (count, next) => {
    const ms = count * 18.887 + next();
    const timings = {
      cache_n: 236,
      prompt_n: 1,
      prompt_ms: 30.958,
      prompt_per_token_ms: 30.958,
      predicted_n: count,
      predicted_ms: Number(ms.toFixed(3)),
      predicted_per_token_ms: ms / count,
      predicted_per_second: (1000 * count) / ms,
    };
    return [`${head},"system_fingerprint":"b6940-9b17d74ab",`, `,"timings":${JSON.stringify(timings)}`, ''];
  },
  usage: (count) => [
    `${head},`,
    `,"usage":{"prompt_tokens":128,"total_tokens":${count + 128},"completion_tokens":${count}}`,
    logprobs,
  ],
};
const logprobs = '"logprobs":null,';

/** The data payloads of the response, one for each chunk. With `constant`, the fields around the choices never change. */
export function* payloads({ deltas }, { kind, shape = 'plain', constant = false }) {
  const next = random(3);
  let count = 0;
  let around;
  const chunk = (delta, finish) => {
    if (!constant || !around) around = shapes[shape](1_000 + count++, next);
    const [before, after, more] = around;
    return (
      `{"id":"chatcmpl-BkQ7vW0e2mXb8yPzT1uNcR4sLdHgA",${before}"choices":[` +
      `{"index":0,"delta":${delta},${more}"finish_reason":${finish}}]${after}}`
    );
  };
  const tool = kind === 'arguments';
  yield chunk(
    tool
      ? '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"save","arguments":""}}]}'
      : '{"role":"assistant","content":"","refusal":null}',
    'null',
  );
  for (const delta of deltas) {
    const text = JSON.stringify(delta);
    yield chunk(
      tool ? `{"tool_calls":[{"index":0,"function":{"arguments":${text}}}]}` : `{"content":${text}}`,
      'null',
    );
  }
  yield chunk('{}', tool ? '"tool_calls"' : '"stop"');
}

/** Body bytes as a network brings them: `event` (one event a piece), or pieces of a number of bytes. */
export function* pieces(data, chunking) {
  const encoder = new TextEncoder();
  if (chunking === 'event') {
    for (const payload of data) yield encoder.encode(`data: ${payload}\n\n`);
    yield encoder.encode('data: [DONE]\n\n');
    return;
  }
  const all = encoder.encode([...data, '[DONE]'].map((payload) => `data: ${payload}\n\n`).join(''));
  for (let at = 0; at < all.length; at += chunking) yield all.slice(at, at + chunking);
}

/**
 * One response, and a `fetch` that returns it. The pieces are created before the measurement, or with `lazy` while they are
 * read, so that they take no memory.
 */
export function feedOf(description) {
  const { chunking = 'event', lazy = false } = description;
  const expected = answer(description);
  const make = () => pieces(payloads(expected, description), chunking);
  const ready = lazy ? undefined : [...make()];
  const body = () => {
    const source = (ready ?? make())[Symbol.iterator]();
    return new ReadableStream({
      pull(controller) {
        const { done, value } = source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  };
  const fetch = async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } });
  return { ...expected, fetch, payloads: () => [...payloads(expected, description)] };
}

export const completion = (message, finish = 'stop') => ({
  id: 'chatcmpl-BkQ7vW0e2mXb8yPzT1uNcR4sLdHgA',
  object: 'chat.completion',
  created: 1763836800,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', refusal: null, annotations: [], ...message },
      logprobs: null,
      finish_reason: finish,
    },
  ],
  usage: {
    prompt_tokens: 19,
    completion_tokens: 40,
    total_tokens: 59,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_560af6e559',
});

export const sentence = words.join('');
export const jsonReply = (text) => new Response(text, { headers: { 'content-type': 'application/json' } });

/** Runs `one(index)` for every index below `total`, `width` of them at a time. */
export async function pool(total, width, one) {
  let next = 0;
  const worker = async () => {
    while (next < total) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, total) }, worker));
}

/** A `fetch` that calls the tool on every turn but the last. `sent` keeps what it was asked. */
export function toolServer(turns) {
  const replies = Array.from({ length: turns }, (_, turn) =>
    JSON.stringify(
      turn === turns - 1
        ? completion({ content: 'The sum is known.' })
        : completion(
            {
              content: null,
              tool_calls: [
                {
                  id: `call_${turn}`,
                  type: 'function',
                  function: { name: 'add', arguments: `{"a":${turn},"b":1}` },
                },
              ],
            },
            'tool_calls',
          ),
    ),
  );
  const server = { sent: [], fetch: undefined };
  server.fetch = async (_url, init) => {
    server.sent.push(init.body);
    return jsonReply(replies[server.sent.length - 1]);
  };
  return server;
}

/** Checks the body of the last turn: every call has its result, with the right sum. */
export function toolRun(server, text) {
  const { messages } = JSON.parse(server.sent.at(-1));
  const sums = messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => Number(JSON.parse(content)));
  return {
    text,
    requests: server.sent.length,
    sums: sums.reduce((total, sum) => total + sum, 0),
    bytes: server.sent.reduce((total, { length }) => total + length, 0),
  };
}

export const prompt = [{ role: 'user', content: 'Say something short about streams.' }];
export const addTool = {
  name: 'add',
  description: 'Adds two numbers.',
  parameters: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
};
