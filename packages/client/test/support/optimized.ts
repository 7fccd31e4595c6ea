// Reads streams, and prints as JSON which of the functions that each event passes through stay optimized when everything
// that the streams used is collected: streams of `create()`, or with the argument `helper`, of `stream()`. Run with `--expose-gc --allow-natives-syntax`.
import OpenAI from '../../src/entries/index.ts';
import { BodyReader } from '../../src/stream/body-reader.ts';
import { EventItems } from '../../src/stream/items.ts';
import { addChunk } from '../../src/streaming/accumulate.ts';
import { ChoiceEvents } from '../../src/streaming/choice-events.ts';
import { Reply } from '../../src/streaming/reply.ts';
import { ChunkReader } from '../../src/wire/chunk-reader.ts';
import { EventDecoder } from '../../src/wire/sse.ts';

const withHelper = process.argv[2] === 'helper';

type Native = (hot: unknown) => number;
// What `%` begins is no JavaScript, so it is compiled here.
const native = (name: string): Native => new Function('hot', `return %${name}(hot)`) as Native;
const prepare = native('PrepareFunctionForOptimization');
const optimize = native('OptimizeFunctionOnNextCall');
const status = native('GetOptimizationStatus');
const optimized = 1 << 4;

const payload = (content: string): string =>
  `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}`;
const last = payload('').replace('{"content":""}', '{}').replace('null}', '"stop"}');

/** A client for each stream, as a program that makes one for each request has it. */
async function readStream(events: number): Promise<void> {
  const texts = [...Array.from({ length: events }, (_, at) => payload(`word ${at}`)), last, '[DONE]'];
  const pieces = texts.map((text) => new TextEncoder().encode(`data: ${text}\n\n`));
  const body = new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  const fetch = async (): Promise<Response> =>
    new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const { completions } = new OpenAI({ apiKey: 'k', fetch }).chat;
  const params = { model: 'm', messages: [] };
  if (withHelper)
    await completions
      .stream(params)
      .on('content', () => {})
      .finalChatCompletion();
  else for await (const _chunk of await completions.create({ ...params, stream: true }));
}

async function collect(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    globalThis.gc!();
  }
}

const hot = {
  ...(withHelper
    ? {
        'Reply.add': Reply.prototype.add,
        'ChoiceEvents.tellDeltas': ChoiceEvents.prototype.tellDeltas,
        addChunk,
      }
    : { 'ChunkReader.read': ChunkReader.prototype.read }),
  'BodyReader.next': BodyReader.prototype.next,
  'EventDecoder.next': EventDecoder.prototype.next,
  'EventItems.item': EventItems.prototype.item,
};

/** The names of the functions that a collection leaves optimized. */
async function survivors(): Promise<string[]> {
  for (const each of Object.values(hot)) prepare(each);
  for (let turn = 0; turn < 20; turn++) await readStream(200);
  for (const each of Object.values(hot)) optimize(each);
  await readStream(200);
  const before = Object.entries(hot).filter(([, each]) => status(each) & optimized);
  await collect();
  await readStream(2);
  return before.filter(([, each]) => status(each) & optimized).map(([name]) => name);
}

// V8 may drop code for other reasons, so several tries count.
const found = new Set<string>();
for (let turn = 0; turn < 3; turn++) for (const name of await survivors()) found.add(name);
console.log(JSON.stringify([...found]));
