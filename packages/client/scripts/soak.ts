// Keeps many streams going against a real server that fails at random, half of them with the platform's `fetch` and
// half with that of `undici`, and looks for what is left behind: heap, sockets, timers, listeners on a signal
// that outlives the requests, rejections that nobody handled.
//
//   npx tsx packages/client/scripts/soak.ts [minutes, 10 by default] [streams at a time, 200 by default]
//
// The server is the built command line; `node scripts/prepare.mjs` builds it.
import { spawn, type ChildProcess } from 'node:child_process';
import { getEventListeners, setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { below, pick, randomFrom, seed } from '../../../test/random.ts';
import { OpenAI, OpenAIError } from '../src/entries/index.ts';
import { fetch as undiciFetch } from 'undici';
import type { RunnableTools } from '../src/tools/runnable.ts';

const [minutes = 10, streams = 200] = process.argv.slice(2).map(Number);
const durationMs = minutes * 60_000;
/** In less than a minute a heap that warms up cannot be told from one that leaks, so shorter runs do not measure it. */
const measuresHeap = minutes >= 1;
/** What each request is and does. The order in which requests draw from it depends on when others end. */
const random = randomFrom(seed);
/** The heap is measured first when everything has been warm for a minute, or for a third of a short run. */
const warmUpMs = measuresHeap ? Math.min(60_000, durationMs / 3) : durationMs;
/** How often it is measured. Each time waits for the slowest request under way. */
const samples = measuresHeap ? (durationMs < 120_000 ? 3 : 8) : 1;
/** A request that has not ended by then hangs: it has two attempts of 4 seconds to the headers, 600 ms to each chunk. */
const hangMs = 30_000;
/** Longer than the platform keeps a connection nobody uses: else the heap holds as many of them as chance would have it. */
const idleMs = measuresHeap ? 6_000 : 0;
/** How many connections the platform's `fetch` opens at first: more than it ever needs later. See `openConnections`. */
const connections = 3 * streams;
/** How much more heap there may be at the end than after the warm-up. */
const growth = 0.1;

const quirks = [
  'none',
  'azure',
  'ollama',
  'ollama-old',
  'vllm',
  'llama-cpp-old',
  'openrouter',
  'groq',
  'together',
  'fireworks',
  'deepseek',
  'mistral',
  'magistral',
  'gemini',
  'anthropic',
  'xai',
  'cloudflare',
  'bedrock',
  'longcat',
  'huggingface',
  'glm',
  'minimax',
  'moonshot',
];
const faults = [
  'stall-after=3',
  'stall-after=0',
  'cut-after=4',
  'reset-after=2',
  'reset-after=0',
  'reset',
  'error-after=3',
  'status=429;retry-after=20ms',
  'status=500;times=1',
  'status=503',
  'html',
  'json',
  'empty',
  'truncate-body',
  'slow=20ms',
  'keepalive=50ms',
  'slow=30ms;cut-after=9',
];

/** Outlives every request. What a request leaves on it stays. */
const longLived = new AbortController().signal;
setMaxListeners(0, longLived);

const params = { model: 'sandbox', messages: [{ role: 'user' as const, content: 'Tell me about the sea.' }] };
const messages = [{ role: 'user' as const, content: 'What is the weather in Rome?' }];
const tools: RunnableTools<[string]> = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'The weather in a city',
      function: () => 'sunny',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
];

type Options = { headers: Record<string, string>; signal: AbortSignal };

/** What programs do with streams. */
const uses: Record<string, (client: OpenAI, options: Options) => Promise<unknown>> = {
  raw: async (client, options) =>
    drain(await client.chat.completions.create({ ...params, stream: true }, options)),
  whole: async (client, options) => client.chat.completions.create(params, options),
  helper: async (client, options) => client.chat.completions.stream(params, options).finalChatCompletion(),
  iterated: async (client, options) => drain(client.chat.completions.stream(params, options)),
  async tee(client, options) {
    const stream = await client.chat.completions.create({ ...params, stream: true }, options);
    const ends = await Promise.allSettled(stream.tee().map((branch) => drain(branch)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  },
  async left(client, options) {
    const stream = await client.chat.completions.create({ ...params, stream: true }, options);
    await drain(stream, 1 + below(random, 5));
  },
  async aborted(client, options) {
    const own = new AbortController();
    const timer = setTimeout(() => own.abort(), random() * 500);
    try {
      await client.chat.completions.stream(params, { ...options, signal: own.signal }).finalChatCompletion();
    } finally {
      clearTimeout(timer);
    }
  },
  async deaf(client, options) {
    const stream = client.chat.completions.stream(params, options);
    await new Promise<void>((resolve) => void stream.on('content', () => {}).on('end', resolve));
  },
  tools: async (client, options) =>
    client.chat.completions.runTools({ ...params, messages, tools, stream: true }, options).finalContent(),
};

async function drain(items: AsyncIterable<unknown>, limit = Infinity): Promise<void> {
  let left = limit;
  for await (const item of items) {
    void item;
    if (--left <= 0) break;
  }
}

const ends: Record<string, number> = {};
const violations: string[] = [];
process.on('unhandledRejection', (error) => violations.push(`a rejection nobody handled: ${String(error)}`));

async function request(): Promise<void> {
  const client = pick(random, clients);
  const use = pick(random, Object.keys(uses));
  const quirk = pick(random, quirks);
  const fault = random() < 0.5 ? 'none' : pick(random, faults);
  const headers = { 'x-sandbox-quirk': quirk, 'x-sandbox-fault': fault };
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, hangMs, 'hang');
  });
  const end = await Promise.race([endOf(uses[use]!(client, { headers, signal: longLived })), hang]);
  clearTimeout(timer);
  ends[end] = (ends[end] ?? 0) + 1;
  if (/^hang|^not ours/.test(end)) violations.push(`${end} (${use}, quirk ${quirk}, fault ${fault})`);
}

async function endOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'complete';
  } catch (error) {
    return error instanceof OpenAIError ? error.constructor.name : `not ours: ${String(error)}`;
  }
}

const work: {
  running: number;
  over: boolean;
  /** While it is set, who has ended a request waits for it before the next. */
  pause?: Promise<void> | undefined;
} = { running: 0, over: false };

async function keepAsking(): Promise<void> {
  while (!work.over) {
    await work.pause;
    work.running += 1;
    await request();
    work.running -= 1;
  }
}

interface Sample {
  seconds: number;
  requests: number;
  heapMB: number;
  listeners: number;
  sockets: number;
  timers: number;
}

const started = Date.now();
// The loader of this script turns them on: each stack that is read would leave tables in the heap, file by file.
process.setSourceMapsEnabled(false);
setFlagsFromString('--expose-gc');
// Machine code is on the heap too, two megabytes of it after ten minutes, and comes and goes as the engine likes.
for (const compiler of ['opt', 'maglev', 'sparkplug']) setFlagsFromString(`--no-${compiler}`);
const collect = runInNewContext('gc') as () => void;

/** Lets the requests under way end and their connections close, and measures what is there between requests. */
async function measure(): Promise<Sample> {
  let resume: (() => void) | undefined;
  work.pause = new Promise((resolve) => {
    resume = resolve;
  });
  while (work.running > 0) await delay(20);
  await delay(idleMs);
  for (let time = 0; time < 4; time++) {
    collect();
    await delay(50);
  }
  const resources = process.getActiveResourcesInfo();
  const count = (name: string): number => resources.filter((resource) => resource === name).length;
  const sample = {
    seconds: Math.round((Date.now() - started) / 1000),
    requests: Object.values(ends).reduce((sum, number) => sum + number, 0),
    heapMB: Math.round(process.memoryUsage().heapUsed / 2 ** 10) / 2 ** 10,
    listeners: getEventListeners(longLived, 'abort').length,
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
  };
  work.pause = undefined;
  resume?.();
  return sample;
}

async function startServer(): Promise<{ url: string; child: ChildProcess }> {
  const cli = fileURLToPath(new URL('../../server/dist/cli.js', import.meta.url));
  const flags = ['--port', '0', '--db', ':memory:', '--quiet', '--tokens-per-second', '30'];
  const child = spawn(process.execPath, [cli, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`The server ended with ${status}`)));
    let text = '';
    const read = (piece: unknown): void => {
      text += String(piece);
      const found = /http:\/\/\S+/.exec(text);
      if (!found) return;
      child.stdout!.off('data', read).resume();
      resolve(found[0]);
    };
    child.stdout!.on('data', read);
  });
  return { url, child };
}

/**
 * The platform's `fetch` keeps an object of about 2 KB for each connection to an origin that it ever needed at once,
 * also when that is closed; and how many it needs at once rises with luck. So it gets more than all of them at first.
 */
async function openConnections(): Promise<void> {
  const asks = Array.from({ length: connections }, async () => (await fetch(`${url}/models`)).text());
  await Promise.all(asks);
}

const { url, child } = await startServer();
const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
const clients = [globalThis.fetch, undiciFetch as unknown as typeof fetch].map(
  (fetch) =>
    new OpenAI({
      baseURL: url,
      apiKey: 'k',
      maxRetries: 1,
      logLevel: 'off',
      timeout: 4_000,
      firstChunkTimeout: 600,
      idleTimeout: 600,
      fetch,
    }),
);
await openConnections();
const workers = Array.from({ length: streams }, () => keepAsking());
const table: Sample[] = [];
await delay(warmUpMs);
table.push(await measure());
for (let sample = 1; sample < samples; sample++) {
  await delay((durationMs - warmUpMs) / (samples - 1));
  table.push(await measure());
}
work.over = true;
await Promise.all(workers);
child.kill();
await new Promise((resolve) => child.once('exit', resolve));
// Sockets are told of their end in their own time.
for (let waited = 0; waited < 100 && process.getActiveResourcesInfo().includes('TCPSocketWrap'); waited++)
  await delay(100);
const last = await measure();

const [first, final] = [table[0]!, table.at(-1)!];
const grown = final.heapMB / first.heapMB - 1;
const checks: [what: string, holds: boolean][] = [
  [
    `heap ${grown < 0 ? 'shrank' : 'grew'} by ${(Math.abs(grown) * 100).toFixed(1)} % since the warm-up`,
    grown <= growth || !measuresHeap,
  ],
  [
    `${last.listeners} listeners left on the long-lived signal`,
    table.every(({ listeners }) => listeners === 0),
  ],
  [`${last.sockets} sockets left after the server was gone`, last.sockets === 0],
  [`${last.timers - before} timers left`, last.timers <= before],
  [`${violations.length} hangs, foreign errors and stray rejections`, violations.length === 0],
];
console.log(`${streams} streams at a time for ${minutes} minutes, SEED=${seed}`);
console.table([...table, last].map((sample) => ({ ...sample, heapMB: Number(sample.heapMB.toFixed(2)) })));
console.table(Object.entries(ends).toSorted(([, a], [, b]) => b - a));
for (const violation of violations.slice(0, 20)) console.error(violation);
for (const [what, holds] of checks) console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
