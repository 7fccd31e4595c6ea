/** Completions to look at. */
import type { StoreRecord } from '../../src/store/completions.ts';

interface Given {
  id: string;
  model?: string;
  /** Seconds before the newest. */
  age?: number;
  messages?: StoreRecord['request']['messages'];
  metadata?: Record<string, string>;
  /** The message of the first choice, or its text. */
  reply?: string | object;
  finish?: string;
  /** More choices. */
  others?: string[];
  tokens?: [number, number];
  route?: StoreRecord['route'];
}

/** When the newest of a test is created, in Unix seconds. */
export const newest = Math.floor(Date.now() / 1000) - 60;

export function record({
  id,
  model = 'gpt-4o-mini',
  age = 0,
  messages = [{ role: 'user', content: 'Hello' }],
  metadata = {},
  reply = 'Hello there',
  finish = 'stop',
  others = [],
  tokens = [12, 34],
  route = { first_token_ms: 180, total_ms: 1240 },
}: Given): StoreRecord {
  const messagesOf = [reply, ...others].map((said) => ({
    role: 'assistant',
    content: null,
    refusal: null,
    ...(typeof said === 'string' ? { content: said } : said),
  }));
  const completion = {
    id,
    object: 'chat.completion',
    created: newest - age,
    model,
    choices: messagesOf.map((message, index) => ({ index, finish_reason: finish, logprobs: null, message })),
    usage: { prompt_tokens: tokens[0], completion_tokens: tokens[1], total_tokens: tokens[0] + tokens[1] },
  };
  return {
    completion: completion as unknown as StoreRecord['completion'],
    request: { messages, metadata },
    route,
  };
}

export const retries = `# How to retry

Wait longer after each attempt, with **jitter**, and only repeat what is *idempotent*:

1. Wait \`200 ms\` after the first failure.
2. Double it, up to a limit.

\`\`\`ts
export function delay(attempt: number): number {
  return Math.random() * 200 * 2 ** attempt;
}
\`\`\`

| Attempt | Waits at most |
| ------- | ------------- |
| 1       | 400 ms        |
| 2       | 800 ms        |

> A server that sends \`retry-after\` knows better. See [the specification](https://httpwg.org/specs/rfc9110.html).`;

const picture =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="140"><rect width="320" height="140" fill="#7aa7d9"/><path d="M0 140 90 50 150 100 220 30 320 120V140Z" fill="#3e5b7a"/></svg>',
  );

const weather = {
  tool_calls: [
    {
      id: 'call_weather',
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Oslo","days":2}' },
    },
  ],
};

/** One of each kind that the drawer shows, the newest first. */
export const kinds: StoreRecord[] = [
  record({
    id: 'chatcmpl-retries',
    messages: [
      { role: 'system', content: 'You answer in Markdown.' },
      { role: 'user', content: 'How should a client make retries?' },
    ],
    reply: retries,
    tokens: [31, 164],
    metadata: { env: 'production', team: 'search' },
  }),
  record({
    id: 'chatcmpl-tools',
    model: 'llama3.1:8b',
    age: 4,
    messages: [
      { role: 'user', content: 'What should I wear in Oslo tomorrow?' },
      { role: 'assistant', content: null, ...weather } as { role: string },
      {
        role: 'tool',
        tool_call_id: 'call_weather',
        content: '{"sky":"clear","celsius":[-4,2],"wind":{"from":"north","knots":12}}',
      } as { role: string },
    ],
    reply: 'A warm coat, gloves and a hat: it is clear, between −4 and 2 °C, with wind from the north.',
    tokens: [412, 29],
    metadata: { env: 'production', team: 'travel' },
    route: { upstream: 'ollama', attempts: 2, first_token_ms: 640, total_ms: 3_910 },
  }),
  record({
    id: 'chatcmpl-call',
    age: 9,
    messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
    reply: weather,
    finish: 'tool_calls',
    tokens: [96, 18],
    metadata: { env: 'staging', team: 'travel' },
  }),
  record({
    id: 'chatcmpl-picture',
    model: 'gpt-4o',
    age: 31,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What do these two have in common?' },
          { type: 'image_url', image_url: { url: picture } },
          { type: 'image_url', image_url: { url: 'http://pictures.example/fjord.jpg' } },
        ],
      },
    ],
    reply: 'Both show mountains by the water.',
    tokens: [1_650, 9],
    metadata: { env: 'production', team: 'search' },
    route: { first_token_ms: 1_120, total_ms: 1_480 },
  }),
  record({
    id: 'chatcmpl-reasoning',
    model: 'deepseek-reasoner',
    age: 75,
    messages: [{ role: 'user', content: 'Is 1001 a prime number?' }],
    reply: { content: 'No: 1001 = 7 × 11 × 13.', reasoning_content: 'I try small primes. **7** divides it.' },
    tokens: [18, 211],
    metadata: { env: 'production', run: '2026-11-29' },
    route: { first_token_ms: 4_210, total_ms: 9_730 },
  }),
  record({
    id: 'chatcmpl-refusal',
    model: 'gpt-4o',
    age: 130,
    messages: [{ role: 'user', content: 'Tell me the password of my neighbour.' }],
    reply: { refusal: 'I cannot help with that.' },
    tokens: [15, 8],
    metadata: { env: 'staging' },
  }),
  record({
    id: 'chatcmpl-choices',
    age: 260,
    messages: [{ role: 'user', content: 'A name for a boat?' }],
    reply: 'Northern Light',
    others: ['Second Wind', 'Blue Hour'],
    tokens: [14, 9],
    metadata: { env: 'staging', team: 'naming', trace: '4f0c9a7e-5d2b-4a87-9b36-0f2a1c8de901' },
  }),
  record({
    id: 'chatcmpl-length',
    model: 'mistral-small',
    age: 3_900,
    messages: [
      { role: 'user', content: 'Tell me everything about the history of the fork and of the spoon.' },
    ],
    reply: 'The fork is younger than the spoon. It came to Europe from Byzantium, where',
    finish: 'length',
    tokens: [22, 16],
    metadata: { env: 'production', team: 'search' },
  }),
];

/** Enough of them to scroll. */
export function several(number: number, from = 5_000): StoreRecord[] {
  const models = ['gpt-4o-mini', 'llama3.1:8b', 'mistral-small'];
  return Array.from({ length: number }, (_, index) =>
    record({
      id: `chatcmpl-${String(index).padStart(6, '0')}`,
      model: models[index % 3]!,
      age: from + index,
      messages: [{ role: 'user', content: `Question ${index}: what comes after ${index}?` }],
      reply: `After ${index} comes ${index + 1}.`,
      metadata: { env: index % 4 === 0 ? 'staging' : 'production', run: `run-${index % 50}` },
      tokens: [20 + (index % 7), 9],
    }),
  );
}
