/**
 * Nearly right streams through the client, which must end each in a completion or in an error of its own, soon, and
 * leave no rejection behind. `npx tsx packages/client/test/fuzz/run.ts 100000 [seed]` plays so many and reports.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { OpenAI, OpenAIError } from '../../src/entries/index.ts';
import type { Stream } from '../../src/stream/stream.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';
import { below, pick, type Random, randomFrom } from '../../../../test/random.ts';
import { mutate } from './mutate.ts';

/** How the streams are read; `deaf` listens for text alone and takes no promise. */
const ways = ['raw', 'tee', 'readable', 'helper', 'structured', 'deaf'] as const;
type Way = (typeof ways)[number];

export interface Report {
  runs: number;
  /** How many ended so: `complete`, or the name of the error's class. */
  ends: Record<string, number>;
  /** What must not be, with the seed that brings it back. */
  violations: string[];
  /** Milliseconds of the slowest run. */
  slowest: number;
  seconds: number;
}

/** A run that has not ended by then hangs. */
const limitMs = 10_000;
const together = 50;

/** Plays `runs` streams. Run `n` is drawn from `seed + n`, so `fuzz(1, seed + n)` plays it alone. */
export async function fuzz(runs: number, seed: number): Promise<Report> {
  const report: Report = { runs, ends: {}, violations: [], slowest: 0, seconds: 0 };
  const streams = validStreams();
  const started = Date.now();
  let batch = '';
  const stray = (error: unknown): void => {
    report.violations.push(`a rejection nobody handled, of runs ${batch}: ${String(error)}`);
  };
  process.on('unhandledRejection', stray);
  try {
    for (let from = 0; from < runs; from += together) {
      const seeds = Array.from({ length: Math.min(together, runs - from) }, (_, at) => seed + from + at);
      batch = `${seeds[0]} to ${seeds.at(-1)}`;
      await Promise.all(seeds.map((one) => play(one, streams, report)));
      // Rejections are told a turn of the loop later.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    process.off('unhandledRejection', stray);
  }
  if (Object.hasOwn(Object.prototype, 'polluted')) report.violations.push('Object.prototype was written to');
  report.seconds = (Date.now() - started) / 1000;
  return report;
}

function validStreams(): string[] {
  const folder = new URL('../wires/fixtures/', import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sse'))
    .toSorted()
    .map((file) => readFileSync(new URL(file, folder), 'utf8'));
}

async function play(seed: number, streams: readonly string[], report: Report): Promise<void> {
  const random = randomFrom(seed);
  const { bytes, applied } = mutate(random, streams);
  const way = pick(random, ways);
  const client = new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async () => answer(bytes, random),
  });
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'hang');
  });
  const end = await Promise.race([endOf(readers[way](client)), hang]);
  clearTimeout(timer);
  report.slowest = Math.max(report.slowest, performance.now() - started);
  report.ends[end] = (report.ends[end] ?? 0) + 1;
  if (/^hang|^not ours/.test(end)) report.violations.push(`${seed}: ${end} (${way}; ${applied.join(', ')})`);
}

const lostConnection = 'terminated';
const slips = [TypeError, RangeError, ReferenceError];

async function endOf(run: Promise<void>): Promise<string> {
  try {
    await run;
    return 'complete';
  } catch (error) {
    // A helper puts whatever failed into an error of ours: a slip of the code must not hide there.
    const { cause } = error as Error;
    const slip = slips.some((Class) => cause instanceof Class) && (cause as Error).message !== lostConnection;
    if (slip) return `not ours: ${String(cause)}`;
    return error instanceof OpenAIError ? error.constructor.name : `not ours: ${String(error)}`;
  }
}

/** The bytes in pieces of any size; one in twenty is lost on the way, one in twenty comes under another type. */
function answer(bytes: Uint8Array, random: Random): Response {
  const lost = random() < 0.05 ? below(random, bytes.length + 1) : Infinity;
  const type =
    random() < 0.95 ? 'text/event-stream' : pick(random, ['application/json', 'text/plain', 'text/html', '']);
  const largest = pick(random, [3, 40, 4_000]);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const end = Math.min(at + 1 + below(random, largest), lost, bytes.length);
      if (end > at) controller.enqueue(bytes.subarray(at, end));
      if (end === lost) controller.error(new TypeError(lostConnection));
      else if (end === bytes.length) controller.close();
      at = end;
    },
  });
  return new Response(body, { headers: { 'content-type': type } });
}

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
const strict = {
  type: 'object',
  properties: { x: { type: 'number' } },
  required: ['x'],
  additionalProperties: false,
};
const structured = {
  response_format: {
    type: 'json_schema' as const,
    json_schema: { name: 'answer', strict: true, schema: strict },
  },
  tools: [{ type: 'function' as const, function: { name: 'add', strict: true, parameters: strict } }],
};

const readers: Record<Way, (client: OpenAI) => Promise<void>> = {
  raw: async (client) => drain(await open(client)),
  tee: async (client) => {
    const branches = (await open(client)).tee();
    await settled(branches.map(drain));
  },
  readable: async (client) => drain((await open(client)).toReadableStream()),
  helper: async (client) => {
    const stream = client.chat.completions.stream(params);
    stream.on('content.delta', () => {}).on('tool_calls.function.arguments.delta', () => {});
    await settled([drain(stream), stream.finalChatCompletion()]);
  },
  structured: async (client) => {
    const stream = client.chat.completions.stream({ ...params, ...structured });
    stream.on('content.delta', ({ parsed }) => parsed);
    stream.on('tool_calls.function.arguments.delta', ({ parsed_arguments }) => parsed_arguments);
    await stream.finalChatCompletion();
  },
  deaf: (client) =>
    new Promise((resolve) => {
      client.chat.completions
        .stream(params)
        .on('content', () => {})
        .on('end', resolve);
    }),
};

function open(client: OpenAI): Promise<Stream<ChatCompletionChunk>> {
  return client.chat.completions.create({ ...params, stream: true });
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}

/** Waits for all, then fails as the first that failed. */
async function settled(all: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(all)) if (result.status === 'rejected') throw result.reason;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [runs = 100_000, seed = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
  const { violations, slowest, seconds, ends } = await fuzz(runs, seed);
  console.log(
    `${runs} streams from seed ${seed} in ${seconds.toFixed(1)} s, the slowest in ${slowest.toFixed(0)} ms`,
  );
  console.table(Object.entries(ends).toSorted(([, a], [, b]) => b - a));
  for (const violation of violations.slice(0, 50)) console.error(violation);
  console.log(`${violations.length} violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
