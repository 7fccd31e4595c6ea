/** `copy`, `export`, `import` and `prune`: from one file to another. */
import { existsSync, openSync } from 'node:fs';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCLI } from '../scripts/run-cli.ts';
import { CompletionStore } from '../src/store/completions.ts';
import { openDatabase } from '../src/store/database.ts';
import { recordAt } from './support/many-rows.ts';
import { record } from './support/records.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-transfer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);

const run = (...args: string[]): Promise<{ code: number | null; output: string }> => runWith({}, args);

async function runWith(
  env: Record<string, string>,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const cli = runCLI(args, { env });
  const { code } = await cli.ended;
  return { code, output: cli.output() };
}

async function withStore(name: string, work: (store: CompletionStore) => Promise<void>): Promise<void> {
  const db = await openDatabase(path(name));
  await work(new CompletionStore(db));
  await db.destroy();
}

/** All that is stored in two projects, as it is read. */
async function contents(name: string): Promise<unknown[]> {
  const all: unknown[] = [];
  await withStore(name, async (store) => {
    for (const project of ['default', 'red']) {
      const { data } = await store.of(project).list({ limit: 100, order: 'asc' });
      for (const completion of data) {
        const messages = await store.of(project).messages(completion.id, { limit: 100, order: 'asc' });
        all.push({ project, completion, messages });
      }
    }
  });
  return all;
}

/** Completions of two projects with everything that a row may have. */
async function fill(name: string): Promise<void> {
  await withStore(name, async (store) => {
    const route = { upstream: 'ollama', attempts: 1 };
    const hostile = { 'k\0': 'v\ud800', __proto__: 'x', 'a=b': '\n' };
    await store.insert({ ...record({ id: 'a', metadata: { team: 'red' } }, 'é \0 \u2028'), route });
    await store.insert(record({ id: 'b', metadata: hostile }));
    await store.insert(record({ id: 'c', created: 1_600_000_000, metadata: { team: 'blue' } }));
    await store.of('red').insert(record({ id: 'a', model: 'n', metadata: { team: 'red' } }, 'another'));
    await store.updateMetadata('c', { team: 'green' });
  });
}

describe('copy', { timeout: 120_000 }, () => {
  it('gives another database the same completions, and again nothing', async () => {
    await fill('from.db');
    const copy = ['copy', '--from', path('from.db'), '--to', path('to.db')];
    expect(await run(...copy)).toMatchObject({
      code: 0,
      output: expect.stringContaining('4 completions copied'),
    });
    expect(await contents('to.db')).toEqual(await contents('from.db'));
    await withStore('to.db', async (store) => {
      const { data } = await store.list({ limit: 9, order: 'asc', metadata: [['team', 'green']] });
      expect(data.map(({ id }) => id)).toEqual(['c']);
    });
    expect(await run(...copy)).toMatchObject({
      code: 0,
      output: expect.stringContaining('0 completions copied, 4 already existed. All 4 are in'),
    });
  });

  it('goes on after kill -9 where it was, with nothing lost and nothing twice', async () => {
    await withStore('many.db', async (store) => {
      await Promise.all(Array.from({ length: 3_000 }, (_, number) => store.insert(recordAt(number))));
    });
    const copy = ['copy', '--from', path('many.db'), '--to', path('killed.db')];
    const first = runCLI(copy);
    while (!/ of 3000/.test(first.output())) await sleep(2);
    await first.end('SIGKILL');
    const second = await run(...copy);
    const [, copied, present] =
      /(\d+) completions copied, (\d+) already existed\. All 3000 are in/.exec(second.output) ?? [];
    expect(Number(copied) + Number(present)).toBe(3_000);
    expect(Number(present)).toBeGreaterThan(0);
    await withStore('killed.db', async (store) => {
      const ids: string[] = [];
      for (let after: string | undefined, more = true; more;) {
        const page = await store.list({ limit: 100, order: 'asc', after, metadata: [['odd', 'yes']] });
        ids.push(...page.data.map(({ id }) => id));
        [after, more] = [ids.at(-1), page.hasMore];
      }
      expect(ids).toEqual(Array.from({ length: 1_500 }, (_, n) => `chatcmpl-${2 * n + 1}`));
    });
  });

  it('refuses a source that is not there, and a database as its own target', async () => {
    expect((await run('copy', '--from', path('no.db'), '--to', path('x.db'))).output).toMatch(
      /^error: the file '.*' does not exist/,
    );
    expect((await run('copy', '--from', path('from.db'), '--to', path('from.db'))).output).toContain(
      'the same database',
    );
  });

  it.each([
    ['', /required option '--to <name>' not specified/],
    ['mysql://user:secret@127.0.0.1:9/name', /required option '--to <name>' not specified/],
    ['postgres://user:secret@127.0.0.1:9/name', /127\.0\.0\.1:9.*ECONNREFUSED/],
  ])('without --to copies to DATABASE_URL: %j', async (url, message) => {
    const { code, output } = await runWith({ DATABASE_URL: url }, ['copy', '--from', path('from.db')]);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(message) });
    expect(output).not.toContain('secret');
  });
});

/** A line for `import` whose completion has this metadata. */
const withMetadata = (metadata: unknown): string =>
  JSON.stringify({
    completion: { id: 'a', model: 'm', created: 1, choices: [], metadata },
    request: { messages: [] },
  });

describe('export and import', { timeout: 120_000 }, () => {
  it('carry completions with their requests, metadata and routes', async () => {
    await fill('out.db');
    const lines = await run('export', '--db', path('out.db'));
    await writeFile(path('out.jsonl'), lines.output);
    const red = await run('export', '--db', path('out.db'), '--project', 'red');
    await writeFile(path('red.jsonl'), red.output);
    for (const [file, count] of [
      ['red.jsonl', 1],
      ['out.jsonl', 3],
      ['out.jsonl', 0],
    ] as const) {
      const { output } = await run('import', path(file), '--db', path('in.db'));
      expect(output).toMatch(new RegExp(`^${count} completions? stored`));
    }
    expect(await contents('in.db')).toEqual(await contents('out.db'));
  });

  it('exports what a filter matches, of all projects or of one', async () => {
    const ids = async (...args: string[]): Promise<string[]> => {
      const { output } = await run('export', '--db', path('out.db'), ...args);
      return output
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).completion.id as string);
    };
    expect(await ids()).toEqual(['c', 'a', 'b', 'a']);
    expect(await ids('--project', 'default')).toEqual(['c', 'a', 'b']);
    expect(await ids('--project', 'none')).toEqual([]);
    expect(await ids('--metadata', 'team=red')).toEqual(['a', 'a']);
    expect(await ids('--metadata', 'team=red', '--metadata', 'x=y')).toEqual([]);
    expect(await ids('--model', 'm', '--created-before', '2023-01-01')).toEqual(['c']);
    expect(await ids('--created-after', '1700000000')).toEqual(['a', 'b', 'a']);
  });

  it.each([
    ['{', 'Line 2: it is not JSON'],
    ['[]', "Line 2: 'completion.id' must be text"],
    [
      '{"completion":{"id":"","model":"m","created":1,"choices":[]}}',
      "'completion.id' must be text of 1 to 500 characters",
    ],
    [
      '{"project":"","completion":{"id":"a","model":"m","created":1,"choices":[]}}',
      "'project' must be text of 1 to 200 characters",
    ],
    [
      `{"project":"${'p'.repeat(201)}","completion":{"id":"a","model":"m","created":1,"choices":[]}}`,
      "'project' must be text of 1 to 200 characters",
    ],
    [
      `{"completion":{"id":"${'a'.repeat(501)}","model":"m","created":1,"choices":[]}}`,
      "'completion.id' must be text of 1 to 500 characters",
    ],
    ['{"completion":{"id":"a\\u0000","model":"m","created":1,"choices":[]}}', "'completion.id' must be text"],
    [
      '{"completion":{"id":"a","model":"m","created":1.5,"choices":[]}}',
      "'completion.created' must be a whole",
    ],
    ['{"completion":{"id":"a","model":"m","created":1,"choices":[]}}', "'request.messages' must be an array"],
    [
      withMetadata('red'),
      "Invalid type for 'completion.metadata': expected an object, but got a string instead",
    ],
    [withMetadata({ k: 1 }), "Invalid type for 'completion.metadata.k': expected a string"],
    [withMetadata({ ...Array(17).fill('v') }), "Invalid 'completion.metadata': too many properties"],
    [withMetadata({ k: 'v'.repeat(513) }), "Invalid 'completion.metadata.k': string too long"],
    [withMetadata({ ['k'.repeat(65)]: 'v' }), "Invalid key in 'completion.metadata': string too long"],
  ])('import names the line and the field of %s', async (line, reason) => {
    await writeFile(path('bad.jsonl'), `\n${line}\n`);
    const { code, output } = await run('import', path('bad.jsonl'), '--db', path('bad.db'));
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });
});

describe('import', { timeout: 60_000 }, () => {
  it('refuses what nests too deep to be written again', async () => {
    await writeFile(path('deep.jsonl'), `{"completion":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    const { code, output } = await run('import', path('deep.jsonl'), '--db', path('lines.db'));
    expect([code, output]).toEqual([1, expect.stringMatching(/^error: Line 1: it nests too deep\./)]);
  });

  it('refuses bytes that are not UTF-8, and reads lines of any length and end', async () => {
    const line = (id: string, content: string): string => {
      const { completion, request } = record({ id }, content);
      return JSON.stringify({ completion, request });
    };
    const good = [
      '\ufeff',
      line('a', 'é'.repeat(300_000)),
      '\r\n',
      line('b', '\u2028\u2029\u0085'),
      '\n\n',
      line('c', 'x'),
    ];
    await writeFile(path('good.jsonl'), good.join(''));
    expect(await run('import', path('good.jsonl'), '--db', path('lines.db'))).toMatchObject({
      code: 0,
      output: expect.stringContaining('3 completions stored'),
    });
    const bad = Buffer.concat([
      Buffer.from(`${line('d', 'x')}\n{"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ]);
    await writeFile(path('latin1.jsonl'), bad);
    const { code, output } = await run('import', path('latin1.jsonl'), '--db', path('lines.db'));
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^error: It is not UTF-8, somewhere after line \d/),
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('a disk that is full half-way', { timeout: 60_000 }, () => {
  it.each([
    ['import', 'many.jsonl', '--db', 'limited.db'],
    ['copy', '--from', 'many.db', '--to', 'limited.db'],
  ])('is an error of %s, which goes on later', async (...args) => {
    const text = 'x'.repeat(2_000);
    const all = Array.from({ length: 1_000 }, (_, number) => record({ id: `chatcmpl-${number}` }, text));
    await withStore('many.db', async (store) => {
      await store.clear();
      await Promise.all(all.map((one) => store.insert(one)));
    });
    await writeFile(path('many.jsonl'), all.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await rm(path('limited.db'), { force: true });
    const files = args.map((arg) => (/\./.test(arg) ? path(arg) : arg));
    // No file may be larger than 1 MB.
    const limited = runCLI(files, { through: ['prlimit', '--fsize=1000000'] });
    expect(await limited.ended).toMatchObject({ code: 1 });
    expect(limited.output()).toMatch(
      /^(?:\d.*\n)*error: A database failed: .*\. What was done before is kept; start the command again\.$/m,
    );
    expect(await run(...files)).toMatchObject({ code: 0 });
    expect((await run('export', '--db', path('limited.db'))).output.match(/\n/g)).toHaveLength(1_000);
  });
});

describe.skipIf(!existsSync('/dev/full'))('an output that cannot be written', { timeout: 60_000 }, () => {
  it.each([
    ['export', '--db', 'out.db'],
    ['key', 'create'],
    ['import', 'out.jsonl', '--db', 'in.db'],
  ])('is an error of %s', async (...args) => {
    const files = args.map((arg) => (/\./.test(arg) ? path(arg) : arg));
    const cli = runCLI(files, { stdout: openSync('/dev/full', 'w') });
    expect(await cli.ended).toMatchObject({ code: 1 });
    expect(cli.output()).toBe(
      'error: The output cannot be written: ENOSPC: no space left on device, write.\n',
    );
  });
});

describe('prune', { timeout: 60_000 }, () => {
  it('removes what is older, of one project or of all, and its index', async () => {
    const now = Math.floor(Date.now() / 1_000);
    await withStore('old.db', async (store) => {
      for (const [project, days] of [
        ['default', 31],
        ['default', 29],
        ['red', 31],
        ['red', 1],
      ] as const) {
        const sample = { id: `${project}-${days}`, created: now - days * 86_400, metadata: { k: 'v' } };
        await store.of(project).insert(record(sample));
      }
    });
    const prune = ['prune', '--db', path('old.db'), '--older-than', '30d'];
    expect((await run(...prune, '--project', 'red')).output).toContain('1 completion deleted');
    expect((await run(...prune)).output).toContain('1 completion deleted');
    await withStore('old.db', async (store) => {
      for (const project of ['default', 'red']) {
        const { data } = await store.of(project).list({ limit: 9, order: 'asc', metadata: [['k', 'v']] });
        expect(data).toHaveLength(1);
        await expect(
          store.of(project).list({ limit: 9, order: 'asc', after: `${project}-31` }),
        ).rejects.toThrow('after');
      }
    });
    expect((await run('prune', '--db', path('old.db'), '--older-than', '30')).output).toContain(
      'such as 30d',
    );
    expect(await readFile(path('old.db'))).toBeDefined();
  });
});
