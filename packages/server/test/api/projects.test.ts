/** Keys open one project each, and are not shown. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCassette } from '../../src/cassette/open.ts';
import type { Exchange } from '../../src/cassette/recording.ts';
import { SettingError } from '../../src/config.ts';
import { hashOf } from '../../src/http/auth.ts';
import { describeProjects } from '../projects.contract.ts';
import { completionBody } from '../support/app.ts';
import { base, keys, plain, projectApp } from '../support/projects.ts';

describeProjects('projects in SQLite', async () => ':memory:');

it('a cassette replays from the first recording to each project, until that project starts again', async () => {
  const exchanges = ['one', 'two', 'three'].map((content): Exchange => {
    const body = completionBody({ messages: [{ role: 'user', content: 'Hi' }] });
    const json = { choices: [{ message: { content } }] };
    return { version: 1, request: { path: '/chat/completions', body }, response: { json } };
  });
  const cassette = await openCassette({ exchanges });
  const { ask, said, db } = await projectApp({}, ':memory:', cassette);
  const replayed = [];
  for (const key of [keys.red, keys.red, keys.blue, plain]) replayed.push(await said(key, 'Hi'));
  await ask(keys.blue, 'POST', '/sandbox/reset', {});
  for (const key of [keys.red, keys.blue]) replayed.push(await said(key, 'Hi'));
  expect(replayed).toEqual(['one', 'two', 'one', 'one', 'three', 'one']);
  await db.destroy();
});

describe('keys', () => {
  it('of other characters than ASCII are found as clients send them', async () => {
    const key = 'schlüssel für alle';
    const { ask, db } = await projectApp({ keys: [{ name: 'ü', hash: hashOf(key), project: 'ü' }] });
    const latin1 = key;
    const utf8 = Buffer.from(key).toString('latin1');
    const statuses = [];
    for (const sent of [latin1, utf8, 'schlussel für alle'])
      statuses.push((await ask(sent, 'GET', base)).status);
    expect(statuses).toEqual([200, 200, 401]);
    await db.destroy();
  });

  it('may not open two projects', async () => {
    const hash = hashOf('sk-twice-0123456789');
    const one = { name: 'one', hash, project: 'red' };
    await expect(projectApp({ keys: [one, { name: 'two', hash, project: 'blue' }] })).rejects.toThrow(
      "The key 'one' and the key 'two' are the same, but of the projects 'red' and 'blue'.",
    );
    await expect(projectApp({ keys: [one], apiKeys: ['sk-twice-0123456789'] })).rejects.toThrow(SettingError);
    const { db } = await projectApp({ keys: [one, { ...one, name: 'again' }] });
    await db.destroy();
  });

  it.each(['', ' ', 'a\0b', '\ud800', 'p'.repeat(201)])('may not open the project %j', async (project) => {
    const keys = [{ name: 'ci', hash: hashOf('sk-ci-0123456789'), project }];
    await expect(projectApp({ keys })).rejects.toThrow(SettingError);
    await expect(projectApp({ keys })).rejects.toThrow("The project of the key 'ci'");
  });

  it('are masked in the recorded requests, whatever is in them', async () => {
    const key = 'correct horse battery staple';
    const { ask, db } = await projectApp({ apiKeys: [key] });
    const others = {
      'x-api-key': 'sk-ant-0123456789abc',
      'x-goog-api-key': 'AIza0123456789abcdef',
      'proxy-authorization': 'Basic c2VjcmV0OnNlY3JldA==',
      cookie: 'one=first-secret; two=second-secret',
      'x-plain': 'is shown',
    };
    await ask(key, 'GET', base, undefined, others);
    const { text } = await ask(key, 'GET', '/sandbox/requests');
    for (const secret of ['horse', '0123456789', 'cmV0OnNl', 'first-secret', 'second'])
      expect(text).not.toContain(secret);
    expect(JSON.parse(text).data[0].headers).toMatchObject({
      authorization: 'Bearer corr****aple',
      'proxy-authorization': 'Basic c2Vj****dA==',
      'x-plain': 'is shown',
    });
    await db.destroy();
  });
});

it.each(['', 'sha256:', 'sha256:00', `md5:${'0'.repeat(64)}`, keys.red])(
  'the hash %j of a key cannot be read',
  async (hash) => {
    const config = { keys: [{ name: 'ci', hash }] };
    await expect(projectApp(config)).rejects.toThrow(SettingError);
    await expect(projectApp(config)).rejects.toThrow(/The hash of the key 'ci' must be sha256:/);
  },
);

describe('the log', () => {
  it.each(['text', 'json'] as const)(
    'never has a key, wherever a client writes it, as %s',
    async (logFormat) => {
      const key = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'aB3-_./+=%') });
      const place = fc.constantFrom('header', 'path', 'model', 'content', 'metadata', 'after', 'id');
      await fc.assert(
        fc.asyncProperty(key, place, fc.boolean(), async (word, where, isRight) => {
          const text = `sk-${word}`;
          const at = (here: string): string => (where === here ? text : 'test-model');
          const { ask, db, logged } = await projectApp({
            logFormat,
            apiKeys: [isRight ? text : plain],
            keys: [],
          });
          const body = completionBody({
            model: at('model'),
            store: true,
            messages: [{ role: 'user', content: at('content') }],
            metadata: { k: at('metadata') },
          });
          await ask(text, 'POST', base, body);
          await ask(text, 'GET', `${base}?after=${encodeURIComponent(at('after'))}`);
          await ask(text, 'GET', `${base}/${encodeURIComponent(at('id'))}`);
          await ask(text, 'GET', `/${encodeURIComponent(at('path'))}`);
          // A failure that is logged with its reason.
          await db.destroy();
          await ask(text, 'GET', base);
          expect(logged.length).toBeGreaterThanOrEqual(5);
          for (const line of logged) {
            expect(line).not.toContain(text);
            expect(line).not.toContain(encodeURIComponent(text));
          }
        }),
        { numRuns: 30 },
      );
    },
  );
});
