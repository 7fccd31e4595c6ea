/**
 * `npx tsx bench/walks.ts [--list] [--json]`: how many functions of the client a request and a chunk go through. V8
 * counts them, in the source as one bundle that is not minified, once everything is warm. Every run has the same numbers.
 *
 * - On the way from a call to `fetch` are the functions that wait for `fetch`: on its stack, or for a promise or a timer.
 *   A callback is part of the function it is written in. `calls` are all calls until then, those of helpers included. An
 *   empty hook is a function without a statement that was called, as subclasses may replace it.
 * - `calls` of a chunk are all calls from the bytes of one event until the client waits for the next bytes. The chunk
 *   brings a text, with the fields that every server sends, and the one before it was alike.
 * - A stop of a chunk is a class whose methods it goes through; once more if the class is called back by another that it
 *   has called. A function outside of classes is a stop if a method calls it and it calls functions of other files. Any
 *   other function is part of the stop that calls it.
 *
 * With `--list` also the names: of what is on the way, of the stops, and of every function in the order of the calls.
 */
import { parseArgs } from 'node:util';
import type { Fn } from './lib/functions.ts';
import { Inspector, type Call, type Counts } from './lib/inspect.ts';

interface Walk {
  name: string;
  numbers: Record<string, number>;
  /** The functions on the way, or the stops. */
  stops: string[];
  /** Every call, indented below its caller. */
  calls: string[];
}

const { inspector, client: module } = await Inspector.load();
const encoder = new TextEncoder();
const body = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
let network: ReadableStreamDefaultController<Uint8Array>;
let onFetch: (() => unknown) | undefined;
const client = new module.OpenAI({
  apiKey: 'key',
  baseURL: 'http://localhost/v1',
  async fetch() {
    onFetch?.();
    const body = new ReadableStream({ start: (controller) => void (network = controller) });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  },
});
const { completions } = client.chat;

const requests: Record<string, () => unknown> = {
  'create(body)': () => completions.create({ ...body, stream: true }),
  'stream(body)': () => completions.stream(body),
};
const readers: Record<string, () => unknown> = {
  async 'for await'() {
    for await (const _ of await completions.create({ ...body, stream: true }));
  },
  'content.delta': () => completions.stream(body).on('content.delta', () => {}),
};

const walks: Walk[] = [];
for (const [name, request] of Object.entries(requests)) walks.push(await wayOut(name, request));
for (const [name, read] of Object.entries(readers)) walks.push(await wayBack(name, read));
print(walks);

async function wayOut(name: string, request: () => unknown): Promise<Walk> {
  const run = async (act?: () => unknown): Promise<void> => {
    onFetch = act;
    request();
    await settled();
    await finish();
  };
  for (let i = 0; i < 3; i++) await run();
  let counts: Counts = new Map();
  const stop = inspector.count();
  await run(() => (counts = stop()));
  let waiting: Fn[] = [];
  await run(() => (waiting = inspector.waiting()));
  const order = await inspector.order(counts, run);
  const way = [...new Set(waiting.map(({ home }) => home))];
  const hooks = [...counts.keys()].filter(({ empty }) => empty).length;
  return {
    name: `${name} to fetch`,
    numbers: { 'on the way': way.length, files: filesOf(way), 'empty hooks': hooks, calls: sum(counts) },
    stops: way.map(titleOf),
    calls: order.map(indented),
  };
}

async function wayBack(name: string, read: () => unknown): Promise<Walk> {
  onFetch = undefined;
  read();
  await settled();
  await send({ role: 'assistant', content: '' });
  // Past the chunks that make the template of the others.
  for (let i = 0; i < 20; i++) await send({ content: ` word ${i}` });
  const stop = inspector.count();
  await send({ content: ' one' });
  const counts = stop();
  const order = await inspector.order(counts, () => send({ content: ' two' }));
  await finish();
  const stops = stopsOf(order);
  return {
    name: `a chunk to ${name}`,
    numbers: {
      stops: stops.length,
      files: filesOf(stops.map(({ fn }) => fn)),
      functions: counts.size,
      calls: sum(counts),
    },
    stops: stops.map(({ title, fn }) => `${title} (${fn.file})`),
    calls: order.map(indented),
  };
}

/** Every stop once, in the order of their first calls. */
function stopsOf(order: Call[]): { title: string; fn: Fn }[] {
  const stops = new Map<string, Fn>();
  for (const call of order) {
    const fn = call.at(-1)!;
    const before = call.slice(0, -1).map(({ owner }) => owner);
    if (!fn.owner && !(before.at(-1) && reachedBy(fn, order).size > 0)) continue;
    const since = fn.owner ? before.lastIndexOf(fn.owner) : -1;
    const isCalledBack = since >= 0 && before.slice(since + 1).some(Boolean);
    const title = `${fn.owner ?? fn.name}${isCalledBack ? ', called back' : ''}`;
    if (!stops.has(title)) stops.set(title, fn);
  }
  return [...stops].map(([title, fn]) => ({ title, fn }));
}

/** The other files whose functions `fn` calls, itself or through others. */
function reachedBy(fn: Fn, order: Call[]): Set<string> {
  const files = order
    .filter((call) => call.slice(0, -1).includes(fn))
    .map((call) => call.at(-1)!.file)
    .filter((file) => file !== fn.file);
  return new Set(files);
}

async function send(delta: object, reason: string | null = null): Promise<void> {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
  network.enqueue(encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`));
  await settled();
}

async function finish(): Promise<void> {
  await send({}, 'stop');
  network.enqueue(encoder.encode('data: [DONE]\n\n'));
  network.close();
  await settled();
}

/** Resolves when everything that was started has been done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function sum(counts: Counts): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

function filesOf(functions: Fn[]): number {
  return new Set(functions.map(({ file }) => file)).size;
}

function titleOf({ owner, name, file }: Fn): string {
  return `${owner ? `${owner}.` : ''}${name || 'a callback'} (${file})`;
}

function indented(call: Call): string {
  return '  '.repeat(call.length - 1) + titleOf(call.at(-1)!);
}

function print(walks: Walk[]): void {
  const { values: flags } = parseArgs({ options: { list: { type: 'boolean' }, json: { type: 'boolean' } } });
  if (flags.json) return console.log(JSON.stringify(walks));
  for (const { name, numbers, stops, calls } of walks) {
    console.log(
      `${name}: ${Object.entries(numbers)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}`,
    );
    if (flags.list) console.log(`\n  ${stops.join('\n  ')}\n\n    ${calls.join('\n    ')}\n`);
  }
}
