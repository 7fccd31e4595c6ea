// What a body does and an abort, in any order and with any of it in one turn of the event loop.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { APIConnectionError } from '../../src/errors/api-error.ts';
import { Stream } from '../../src/stream/stream.ts';

const acts = ['read', 'chunk', 'fail', 'end', 'abort', 'settle'] as const;
type Act = (typeof acts)[number];

const failure = new Error('socket hang up');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A body that does what it is told, and the stream that reads it. */
function bench() {
  const controller = new AbortController();
  let source!: ReadableStreamDefaultController<Uint8Array>;
  let cancels = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (to) => void (source = to),
    cancel: () => void cancels++,
  });
  const stream = Stream.fromSSEResponse<number>(new Response(body), controller);
  return { body, controller, source, stream, cancelled: () => cancels };
}

type Result = number | 'done' | 'failure';

/**
 * What each read gives. A read that waits, or was given a chunk or the end, ends quietly when an abort comes before its
 * turn; one that has failed says so. An abort while nobody reads ends quietly, whatever the body has done.
 */
function expectedOf(script: Act[]): Result[] {
  const results: Result[] = [];
  let reading: { gives?: Result } | undefined;
  const queue: number[] = [];
  let chunks = 0;
  let body: 'open' | 'failed' | 'ended' = 'open';
  let over = false;
  const settle = (): void => {
    if (reading?.gives === undefined) return;
    results.push(reading.gives);
    over ||= typeof reading.gives !== 'number';
    reading = undefined;
  };
  const act: Record<Act, () => void> = {
    read() {
      settle();
      if (reading) return;
      reading = {};
      if (over) reading.gives = 'done';
      else if (queue.length) reading.gives = queue.shift()!;
      else if (body !== 'open') reading.gives = body === 'failed' ? 'failure' : 'done';
    },
    chunk() {
      if (body !== 'open' || over) return;
      if (reading && reading.gives === undefined) reading.gives = chunks++;
      else queue.push(chunks++);
    },
    fail() {
      const closed = body === 'failed' || (body === 'ended' && !queue.length);
      if (closed || over) return;
      body = 'failed';
      queue.length = 0;
      if (reading) reading.gives ??= 'failure';
    },
    end() {
      if (body !== 'open' || over) return;
      body = 'ended';
      if (reading) reading.gives ??= 'done';
    },
    abort() {
      over = true;
      if (reading && reading.gives !== 'failure') reading.gives = 'done';
    },
    settle,
  };
  for (const each of script) act[each]();
  settle();
  return results;
}

/** Runs `script`; a read begins only when the one before it has settled, and everything else happens at once. */
async function resultsOf(script: Act[], { source, stream, controller }: ReturnType<typeof bench>) {
  const results: Result[] = [];
  const errors: any[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  let reading = false;
  let chunks = 0;
  let over = false;
  const quietly = (call: () => void): void => {
    try {
      call();
    } catch {
      // The body is closed already.
    }
  };
  for (const each of script) {
    if (each === 'settle') await turn();
    else if (each === 'abort') controller.abort((over = true));
    else if (each === 'fail') quietly(() => source.error(failure));
    else if (each === 'end') quietly(() => source.close());
    else if (each === 'chunk')
      quietly(() => source.enqueue(new TextEncoder().encode(`data: ${chunks++}\n\n`)));
    else {
      if (reading) await turn();
      if (reading) continue;
      reading = true;
      iterator
        .next()
        .then(
          ({ value, done }) => results.push(done ? 'done' : value!),
          (error) => (errors.push(error), results.push('failure')),
        )
        .finally(() => (reading = false));
    }
  }
  await turn();
  await iterator.return!();
  await turn();
  return { results, errors, over };
}

it('every read that failed before an abort rejects with the failure as its cause; every other ends quietly', async () => {
  const law = fc.asyncProperty(fc.array(fc.constantFrom(...acts), { maxLength: 14 }), async (script) => {
    const world = bench();
    const expected = expectedOf(script);
    const { results, errors } = await resultsOf(script, world);
    expect(results.slice(0, expected.length)).toEqual(expected);
    // What was still waiting when the script ended is let go by the return.
    expect(results.slice(expected.length)).toEqual(results.length > expected.length ? ['done'] : []);
    for (const error of errors) {
      expect(error).toBeInstanceOf(APIConnectionError);
      expect(error.cause).toBe(failure);
      expect(world.stream.outcome).toBe('error');
    }
    expect(world.body.locked).toBe(false);
    expect(world.cancelled()).toBeLessThanOrEqual(1);
    await world.body.cancel().catch((error) => expect(error).toBe(failure));
  });
  await fc.assert(law, { numRuns: 1_000 });
});
