import { afterEach, expect, it, vi } from 'vitest';
import { StreamTap } from './tap.ts';

const body = { model: 'm', messages: [], stream: true as const };
const headers = new Headers({ 'content-type': 'text/event-stream' });
const chunk = (content: string): Uint8Array => {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return Buffer.from(`data: ${JSON.stringify({ id: 'a', created: 1, model: 'm', choices })}\n\n`);
};

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it('gives a stream up that is too large to be kept in memory', async () => {
  const tap = new StreamTap(body, headers, 10_000);
  let parts = 0;
  for (; !tap.isOver && parts < 1_000; parts++) await tap.add(chunk('x'.repeat(100)));
  expect(parts).toBeLessThan(60);
  await expect(tap.reading).rejects.toThrow('The response is too large.');
  expect(tap.add(chunk('more'))).toBe(undefined);
  tap.end();
  tap.abort();
});

it('gives up one line without an end, too', async () => {
  const tap = new StreamTap(body, headers, 10_000);
  for (let parts = 0; !tap.isOver && parts < 1_000; parts++) await tap.add(Buffer.from('data: '.repeat(20)));
  await expect(tap.reading).rejects.toThrow('The response is too large.');
});

it('waits as long as the source does, for the first chunk and between two', async () => {
  vi.useFakeTimers();
  const tap = new StreamTap(body, headers);
  for (const content of ['Hel', 'lo']) {
    await vi.advanceTimersByTimeAsync(1_000_000);
    await tap.add(chunk(content));
  }
  await tap.add(Buffer.from('data: [DONE]\n\n'));
  const { completion } = await tap.reading;
  expect(completion.choices[0]!.message.content).toBe('Hello');
});

it('can be imported whatever the environment has, and then reads nothing', async () => {
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Foo: ☃');
  vi.resetModules();
  const fresh = await import('./tap.ts');
  const why = 'The header "X-Foo" has an invalid character';
  await expect(new fresh.StreamTap(body, headers).reading).rejects.toThrow(why);
  await expect(fresh.readWhole(body, Buffer.from('{"choices":[]}'), new Headers())).rejects.toThrow(why);
});
