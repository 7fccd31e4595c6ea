import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Deadline } from './deadline.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a caller who aborts passes its reason on', () => {
  const caller = new AbortController();
  const deadline = new Deadline(undefined, caller.signal, null);
  caller.abort('enough');
  expect([deadline.aborted, deadline.controller.signal.reason]).toEqual([true, 'enough']);
});

test('aborting the controller, as a timer does, is not the caller aborting', () => {
  const deadline = new Deadline(new AbortController().signal);
  deadline.controller.abort();
  expect([deadline.controller.signal.aborted, deadline.aborted]).toEqual([true, false]);
});

test('a caller who aborts after the timer is still seen, for the caller has the last word', () => {
  const caller = new AbortController();
  const deadline = new Deadline(caller.signal);
  deadline.controller.abort();
  caller.abort();
  expect(deadline.aborted).toBe(true);
});

test('a signal that has aborted already aborts at once and is not listened to', () => {
  const signal = AbortSignal.abort('before');
  const other = new AbortController().signal;
  const deadline = new Deadline(other, signal, other);
  expect([deadline.controller.signal.aborted, deadline.controller.signal.reason]).toEqual([true, 'before']);
  expect([listeners(signal), listeners(other)]).toEqual([0, 0]);
});

test('ten thousand deadlines leave one signal with no listener', () => {
  const { signal } = new AbortController();
  for (let count = 0; count < 10_000; count++) {
    const deadline = new Deadline(signal, signal);
    expect(listeners(signal)).toBe(1);
    deadline.release();
  }
  expect(listeners(signal)).toBe(0);
});

test('a thousand deadlines at once share one listener, hear one abort, and leave none', () => {
  const caller = new AbortController();
  const deadlines = Array.from({ length: 1_000 }, () => new Deadline(caller.signal));
  expect(listeners(caller.signal)).toBe(1);
  deadlines.pop()!.release();
  caller.abort('enough');
  expect(deadlines.every((deadline) => deadline.controller.signal.reason === 'enough')).toBe(true);
  expect(listeners(caller.signal)).toBe(0);
});

test('releasing twice, or one of two, does not silence the other', () => {
  const caller = new AbortController();
  const first = new Deadline(caller.signal);
  const second = new Deadline(caller.signal);
  first.release();
  first.release();
  caller.abort();
  expect([first.controller.signal.aborted, second.controller.signal.aborted]).toEqual([false, true]);
});

test('after release the caller is no longer followed', () => {
  const caller = new AbortController();
  const deadline = new Deadline(caller.signal);
  deadline.release();
  caller.abort();
  expect(deadline.controller.signal.aborted).toBe(false);
});

test('an answer without a body is over at once', () => {
  const { signal } = new AbortController();
  new Deadline(signal).releaseAfter(null);
  expect(listeners(signal)).toBe(0);
});

test('a body nobody reads stops holding on to the signal once it is garbage, not before', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { signal } = new AbortController();
  let body: object | undefined = {};
  new Deadline(signal).releaseAfter(body);
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20 && listeners(signal); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
  };
  await turns();
  expect([typeof body, listeners(signal)]).toEqual(['object', 1]);
  body = undefined;
  await turns();
  expect(listeners(signal)).toBe(0);
});
