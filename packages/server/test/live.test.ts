/** `npm run live`, tried against servers of our own: one that is the sandbox itself, and some that are not. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { strictMode } from 'colloquy/lib/transform';
import { groups } from '../scripts/live/cases.ts';
import { reportOf } from '../scripts/live/report.ts';
import { runLive, type Result } from '../scripts/live/run.ts';
import { shapeOf, differencesOf } from '../scripts/live/shape.ts';
import { startServer, type ServerOptions } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-live-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = 'sk-live-0123456789abcdef';
const some = {
  requests: groups['requests']!.slice(0, 4),
  schemas: groups['schemas']!.slice(0, 4),
  errors: groups['errors']!.slice(-4),
};

async function compare(options: ServerOptions, given = some, sentKey = key): Promise<Result[]> {
  const api = await startServer({ port: 0, db: ':memory:', apiKeys: [key], ...options });
  try {
    return await runLive({
      baseURL: api.url,
      key: sentKey,
      model: 'gpt-4o-mini',
      out: folder,
      groups: given,
    });
  } finally {
    await api.close();
  }
}

describe('the comparison with a real API', () => {
  it(
    'finds nothing where the API is the sandbox, and keeps each response without its key',
    { timeout: 120_000 },
    async () => {
      const results = await compare({}, groups as typeof some);
      expect(results.filter(({ differences, words }) => differences.length > 0 || words)).toEqual([]);
      expect(results.length).toBeGreaterThan(110);
      // What it compares is not refused by accident: stored completions are found, and schemas are taken or refused by size.
      const statusOf = (name: string): unknown => results.find((result) => result.name === name)?.status.api;
      expect(
        Object.fromEntries(
          results.filter(({ group }) => group === 'stored').map((one) => [one.name, one.status.sandbox]),
        ),
      ).toEqual({
        'a stored completion': 200,
        retrieve: 200,
        'its messages': 200,
        'list by metadata': 200,
        update: 200,
        'update with a number': 400,
        'a list of none': 400,
        'a list after nothing': 404,
        delete: 200,
        'retrieve what was deleted': 404,
        'delete it again': 404,
        'a stored stream': 200,
        'retrieve what was streamed': 200,
        'delete what was streamed': 200,
      });
      for (const { most, called } of strictMode.limits) {
        expect([called, statusOf(`${most} ${called}`), statusOf(`${most + 1} ${called}`)]).toEqual([
          called,
          200,
          400,
        ]);
      }
      for (const keyword of strictMode.unsupported) expect(statusOf(`the keyword ${keyword}`)).toBe(400);
      for (const format of strictMode.formats) expect(statusOf(`the format ${format}`)).toBe(200);
      for (const [group, cases] of Object.entries(groups)) {
        const text = readFileSync(join(folder, `${group}.jsonl`), 'utf8');
        const posted = cases.filter(({ method, path = '' }) => !method && !path.includes('{id}'));
        expect(text.trimEnd().split('\n').length).toBe(posted.length);
        expect(text).not.toContain(key);
      }
    },
  );

  it('names what another server does otherwise', async () => {
    const results = await compare({ quirk: 'deepseek' });
    const report = reportOf(results, 'Ours and theirs');
    const stream = results.find(({ name }) => name === 'a stream with usage');
    expect(stream?.differences.join('\n')).toContain('event (');
    expect(report).toMatch(/^# Ours and theirs\n\n\d+ of 12 alike, [1-9]\d* different/);
    expect(report).toContain('- **a stream with usage** (API 200, sandbox 200)\n  - ');
  });

  it('waits when there were too many requests', async () => {
    const results = await compare(
      { fault: 'status=429;retry-after=1;times=1' },
      { ...some, schemas: [], requests: some.requests.slice(0, 1), errors: [] },
    );
    expect(results.map(({ status }) => status)).toEqual([{ api: 200, sandbox: 200 }]);
  });

  it('says so when the API refuses the key, or is not there', async () => {
    await expect(compare({}, some, 'sk-another-0123456789')).rejects.toThrow(
      /refuses the key: Incorrect API key/,
    );
    const nobody = { baseURL: 'http://127.0.0.1:1/v1', key, model: 'm', out: folder, groups: some };
    await expect(runLive(nobody)).rejects.toThrow(
      'The upstream 127.0.0.1:1 could not be reached (ECONNREFUSED).',
    );
  });
});

describe('the shape of a response', () => {
  const json = (value: unknown) => shapeOf(200, 'application/json', JSON.stringify(value));

  it.each([
    [
      'another text',
      { choices: [{ message: { content: 'a' } }] },
      { choices: [{ message: { content: 'b' } }] },
      [],
    ],
    ['more items', { data: [1] }, { data: [1, 2] }, []],
    [
      'another reason',
      { finish_reason: 'stop' },
      { finish_reason: 'length' },
      ['body.finish_reason: API "stop", sandbox "length"'],
    ],
    ['a missing field', { a: null }, {}, ['body.a: API null, sandbox nothing']],
    ['another type', { a: [1] }, { a: ['1'] }, ['body.a[]: API number, sandbox string']],
    ['a fingerprint', { system_fingerprint: 'a' }, {}, []],
  ])('has %s: %j, %j', (_name, api, ours, differences) => {
    expect(differencesOf(json(api), json(ours))).toEqual(differences);
  });

  it('of a stream is the order of its events', () => {
    const stream = (...events: string[]) =>
      shapeOf(200, 'text/event-stream; charset=utf-8', events.map((data) => `data: ${data}\n\n`).join(''));
    const [role, text, end] = [
      '{"choices":[{"delta":{"role":"assistant"}}]}',
      '{"choices":[{"delta":{"content":"a"}}]}',
      '[DONE]',
    ];
    expect(differencesOf(stream(role, text, text, end), stream(role, text, end))).toEqual([]);
    expect(differencesOf(stream(role, text, end), stream(role, text))).toEqual([
      'events: API role, delta, [DONE], sandbox role, delta',
    ]);
  });
});
