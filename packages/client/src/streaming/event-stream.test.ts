import { expect, it } from 'vitest';
import { APIUserAbortError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import { EventStream } from './event-stream.ts';
import type { BaseEvents } from './event-stream.ts';

interface Events extends BaseEvents {
  one: (value: number) => void;
  two: (a: number, b: string) => void;
}

class Run extends EventStream<Events> {
  static start(work: (run: Run) => unknown): Run {
    const run = new Run();
    run._run(async () => work(run));
    return run;
  }

  listenForAbort(signal: AbortSignal): void {
    this._listenForAbort(signal);
  }
}

const failing = (error: unknown): Run =>
  Run.start(() => {
    throw error;
  });

const order = (run: Run): string[] => {
  const told: string[] = [];
  for (const name of ['connect', 'one', 'error', 'abort', 'end'] as const)
    run.on(name, () => told.push(name));
  return told;
};

it('starts a macrotask later, so that listeners miss nothing, and ends with end', async () => {
  const run = Run.start((run) => run._emit('one', 1));
  await Promise.resolve();
  const told = order(run);
  await run.done();
  expect(told).toEqual(['one', 'end']);
  expect([run.ended, run.errored, run.aborted]).toEqual([true, false, false]);
  run._emit('one', 2);
  expect(told).toEqual(['one', 'end']);
});

it('tells an error, then the end, and wraps what is not its own class', async () => {
  const cause = new TypeError('bad');
  const run = failing(cause);
  const told = order(run);
  const error = await run.done().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(OpenAIError);
  expect(error).toMatchObject({ message: 'bad', cause });
  expect(told).toEqual(['error', 'end']);
  const own = new OpenAIError('mine');
  await expect(failing(own).done()).rejects.toBe(own);
  await expect(failing('text').done()).rejects.toThrow('text');
});

it('tells an abort instead of an error, with the reason as cause', async () => {
  const reason = new Error('enough');
  const run = Run.start(async (run) => {
    run.controller.abort(reason);
    throw new DOMException('stop', 'AbortError');
  });
  const told = order(run);
  const error = await run.done().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(APIUserAbortError);
  expect(error).toMatchObject({ cause: reason });
  expect(told).toEqual(['abort', 'end']);
  expect([run.errored, run.aborted]).toEqual([true, true]);
});

it('lets a signal of the caller abort it, and lets go of the signal at the end', async () => {
  const caller = new AbortController();
  const run = Run.start((run) => run.listenForAbort(caller.signal));
  await run.done();
  caller.abort();
  expect(run.controller.signal.aborted).toBe(false);
  const late = new Run();
  late.listenForAbort(caller.signal);
  expect(late.controller.signal.reason).toBe(caller.signal.reason);
});

it('fails when a listener throws, once the others have been called', async () => {
  const run = Run.start((run) => run._emit('one', 1));
  const asked: number[] = [];
  run.on('one', () => {
    throw new Error('mine');
  });
  run.on('one', (value) => asked.push(value));
  await expect(run.done()).rejects.toMatchObject({ message: 'mine' });
  expect(asked).toEqual([1]);
});

it('calls each registration in order, a once listener before it could hear again, and off removes one', async () => {
  const told: string[] = [];
  const twice = (): unknown => told.push('twice');
  const run = Run.start((run) => {
    run._emit('one', 1);
    run._emit('one', 2);
  });
  run.on('one', twice).on('one', twice).off('one', twice);
  run.once('one', () => {
    told.push('once');
    run._emit('one', 0);
  });
  await run.done();
  expect(told).toEqual(['twice', 'once', 'twice', 'twice']);
});

it('settles emitted: with the event, the failure, or because the run is over', async () => {
  const run = Run.start((run) => run._emit('two', 1, 'b'));
  const [two, one, end] = [run.emitted('two'), run.emitted('one'), run.emitted('end')];
  expect(await two).toEqual([1, 'b']);
  await expect(one).rejects.toThrow("stream ended without emitting 'one'");
  await expect(end).resolves.toBeUndefined();
  await expect(run.emitted('one')).rejects.toThrow("without emitting 'one'");

  const failed = failing(new Error('bad'));
  const error = failed.emitted('error');
  for (const event of ['one', 'end', 'abort'] as const)
    await expect(failed.emitted(event)).rejects.toThrow('bad');
  expect(await error).toMatchObject({ message: 'bad' });

  const aborted = failing(new APIUserAbortError());
  const abort = aborted.emitted('abort');
  await expect(aborted.emitted('one')).rejects.toBeInstanceOf(APIUserAbortError);
  expect(await abort).toBeInstanceOf(APIUserAbortError);
});

it('gives iterators everything, then the end or the failure, however late they read', async () => {
  const run = Run.start((run) => {
    for (let value = 0; value < 10_000; value++) run._emit('one', value);
    throw new Error('bad');
  });
  const values = run.events('one');
  const errors = run.events('error');
  await run.done().catch(() => {});
  let count = 0;
  await expect(
    (async () => {
      for await (const [value] of values) expect(value).toBe(count++);
    })(),
  ).rejects.toThrow('bad');
  expect(count).toBe(10_000);
  expect((await values.next()).done).toBe(true);
  expect((await errors.next()).value).toMatchObject([{ message: 'bad' }]);
  expect((await errors.next()).done).toBe(true);
});

it('leaving an iterator of events neither ends the run nor keeps listening', async () => {
  const run = Run.start(async (run) => {
    run._emit('one', 1);
    await new Promise((resolve) => setTimeout(resolve));
    run._emit('one', 2);
  });
  const seen: number[] = [];
  for await (const [value] of run.events('one')) {
    seen.push(value);
    break;
  }
  await run.done();
  expect(seen).toEqual([1]);
});

it('is never an unhandled rejection by itself, though promises were taken and dropped', async () => {
  let unhandled = 0;
  const count = (): void => void unhandled++;
  process.on('unhandledRejection', count);
  const run = failing(new Error('bad'));
  void run.done();
  void run.emitted('one');
  run.events('one');
  failing(new Error('worse'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', count);
  expect(unhandled).toBe(0);
});

it.each([
  ['an object without a prototype', Object.create(null)],
  [
    'an object whose text cannot be made',
    {
      toString() {
        throw new Error('no text');
      },
    },
  ],
])('ends when %s was thrown', async (_name, thrown) => {
  const run = failing(thrown);
  const told = order(run);
  await expect(run.done()).rejects.toBeInstanceOf(OpenAIError);
  expect(told).toEqual(['error', 'end']);
});
