import { expect, test } from 'vitest';
import { completion } from '../test/support/chunks.ts';
import { fakeFetch, json } from '../test/support/fake-fetch.ts';
import { OpenAI as Whole } from './client.ts';
import { OpenAI as Core } from './core.ts';
import { Chat } from './resources/chat.ts';
import { CoreCompletions } from './resources/core-completions.ts';

const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };

/** The names of the methods of `object`, its classes' included. */
function methods(object: object): string[] {
  const names = new Set<string>();
  for (let level = object; level !== Object.prototype; level = Object.getPrototypeOf(level) as object)
    for (const name of Object.getOwnPropertyNames(level))
      if (typeof (object as any)[name] === 'function') names.add(name);
  return [...names].toSorted();
}

test('the two clients send the same and give the same', async () => {
  const sent = [];
  for (const OpenAI of [Core, Whole]) {
    const fetch = fakeFetch(json(completion('Hello')));
    const client = new OpenAI({ apiKey: 'sk-1', fetch });
    expect(await client.chat.completions.create(body)).toEqual(completion('Hello'));
    sent.push(fetch.requests.map(({ url, method, headers, body: text }) => ({ url, method, headers, text })));
  }
  expect(sent[0]).toHaveLength(1);
  expect(sent[0]).toEqual(sent[1]);
});

test('the core lacks the helpers of completions, and nothing else a client does', () => {
  const core = new Core({ apiKey: 'k' });
  const whole = new Whole({ apiKey: 'k' });
  expect(methods(core)).toEqual(methods(whole));
  const more = methods(whole.chat.completions).filter(
    (name) => !methods(core.chat.completions).includes(name),
  );
  expect(more).toEqual(['parse', 'runTools', 'stream']);
  expect(methods(core.chat.completions.messages)).toEqual(methods(whole.chat.completions.messages));
});

test('both have the name and the statics of the original', () => {
  for (const OpenAI of [Core, Whole]) {
    const client = new OpenAI({ apiKey: 'k' });
    expect([OpenAI.name, client.constructor.name]).toEqual(['OpenAI', 'OpenAI']);
    expect(OpenAI.OpenAI).toBe(OpenAI);
    expect(OpenAI.DEFAULT_TIMEOUT).toBe(600_000);
    expect(new OpenAI.NotFoundError(404, undefined, undefined, new Headers())).toBeInstanceOf(
      OpenAI.APIError,
    );
    expect(client.withOptions({ timeout: 1 })).toBeInstanceOf(OpenAI);
  }
  expect(Core.APIError).toBe(Whole.APIError);
  expect(new Whole({ apiKey: 'k' }).chat).toBeInstanceOf(Chat);
  expect(new Whole({ apiKey: 'k' }).chat.completions).toBeInstanceOf(CoreCompletions);
});
