import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cpuMs, least } from '../../../../test/timing.ts';
import { CassetteWriter, loadCassette } from './file.ts';
import { CassetteError, readRecording, type Exchange } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-cassette-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (): string => join(folder, `${++files}.jsonl`);
const fileOf = (content: string | Uint8Array): string => {
  const file = fresh();
  writeFileSync(file, content);
  return file;
};

const exchangeOf = (content: unknown, response: Exchange['response'] = { json: {} }): Exchange => ({
  version: 1,
  request: { path: '/chat/completions', body: { messages: [{ role: 'user', content }] } },
  response,
});
const exchanges = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      // What looks like the structure of a line, within a text of it.
      fc.constantFrom('{"version":1,"request":', '"}]}\n{"version":1,', '\\"', '\u2028'),
      fc.jsonValue(),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((contents) => contents.map((content) => exchangeOf(content)));

describe('a cassette file', () => {
  it('gives back what was appended', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, async (given) => {
        const file = fresh();
        const writer = new CassetteWriter(file);
        for (const exchange of given) writer.append(exchange);
        writer.close();
        const { lines, unfinished } = await loadCassette(file);
        expect(lines.map(({ exchange }) => exchange)).toEqual(JSON.parse(JSON.stringify(given)));
        expect(lines.map(({ line }) => line)).toEqual(given.map((_, index) => index + 1));
        expect(unfinished).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('cut at any byte has every line that is whole, names the one that is not, and takes more', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, fc.nat(), async (given, at) => {
        const texts = given.map((exchange) => `${JSON.stringify(exchange)}\n`);
        const bytes = Buffer.from(texts.join(''));
        const length = at % (bytes.length + 1);
        const file = fileOf(bytes.subarray(0, length));
        let whole = 0;
        let end = 0;
        // A line that lacks nothing but its line break is whole.
        while (whole < texts.length && end + Buffer.byteLength(texts[whole]!) - 1 <= length) {
          end += Buffer.byteLength(texts[whole++]!);
        }
        const cut = length > end ? [whole + 1] : [];
        const before = await loadCassette(file);
        expect(before.lines.map(({ exchange }) => JSON.stringify(exchange))).toEqual(
          texts.slice(0, whole).map((text) => text.trimEnd()),
        );
        expect(before.unfinished).toEqual(cut);
        const writer = new CassetteWriter(file);
        writer.append(exchangeOf('more'));
        writer.close();
        const after = await loadCassette(file);
        expect(after.lines.length).toBe(whole + 1);
        expect(after.unfinished).toEqual(cut);
      }),
      { numRuns: 200 },
    );
  });

  it('has a line that another process wrote behind one that was never finished', async () => {
    const text = JSON.stringify(exchangeOf('a'));
    const { lines, unfinished } = await loadCassette(fileOf(`${text.slice(0, -9)}${text}\n${text}\n`));
    expect(lines.map(({ line }) => line)).toEqual([1, 2]);
    expect(unfinished).toEqual([1]);
  });

  it(
    'keeps every acknowledged line of several writers that are killed in the middle of writing',
    { timeout: 60_000 },
    async () => {
      const file = fresh();
      const rounds = 3;
      let acknowledged = 0;
      for (let round = 0; round < rounds; round++) {
        const writers = ['a', 'b', 'c'].map((name) => spawnWriter(file, `${round}${name}`));
        await Promise.all(writers.map(({ child }) => once(child.stdout, 'data')));
        for (const { child } of writers) {
          await sleep(20 + Math.random() * 60);
          child.kill('SIGKILL');
        }
        await Promise.all(writers.map(({ ended }) => ended));
        const { lines } = await loadCassette(file);
        const kept = new Set(lines.map(({ exchange }) => String(exchange.request.body['id'])));
        for (const { written } of writers) {
          const ids = written();
          acknowledged += ids.length;
          expect(ids.filter((id) => !kept.has(id))).toEqual([]);
        }
      }
      expect(acknowledged).toBeGreaterThan(rounds * 3);
    },
  );

  it('of 10,000 lines loads in less than two seconds of CPU time', async () => {
    const events = Array.from({ length: 20 }, (_, at) => [
      at,
      `data: {"choices":[{"delta":{"content":"${at}"}}]}\n\n`,
    ]);
    const lines = Array.from({ length: 10_000 }, (_, at) =>
      JSON.stringify(exchangeOf(`Question ${at}`, { chunks: events as [number, string][] })),
    );
    const file = fileOf(lines.join('\n'));
    const load = async (): Promise<void> => expect((await loadCassette(file)).lines.length).toBe(10_000);
    expect(await least(2_000, () => cpuMs(load))).toBeLessThan(2_000);
  });

  it.each([
    ['{"version":1,}', ': is not JSON: '],
    ['nonsense', ': is not JSON: '],
    ['[]', ': must be an object, not an array.'],
    ['{"version":2,"request":{},"response":{}}', ': version: must be 1, not 2.'],
    ['{"request":{},"response":{}}', ': version: is missing.'],
    ['{"version":1,"request":{"path":"/x"},"response":{}}', ': request.body: is missing.'],
    ['{"version":1,"request":{"path":"x","body":{}},"response":{}}', `: request.path: must be a path`],
    [
      '{"version":1,"request":{"path":"/x","body":[]},"response":{}}',
      ': request.body: must be an object, not an array.',
    ],
    ['{"version":1,"request":{"path":"/x","body":{},"key":1},"response":{}}', ': request.key: is unknown.'],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"status":99}}',
      ': response.status: must be a status from 200 to 599, not 99.',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"chunks":["a",[1]]}}',
      ': response.chunks[1]: must be a time and a text',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"chunks":[[-1,"a"]]}}',
      ': response.chunks[0][0]: must be milliseconds',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"chunks":[{"base64":"?"}]}}',
      ': response.chunks[0].base64: must be base64',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"json":1,"text":"a"}}',
      ': response: has more than one body: json and text.',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"headers":{"a b":"c"}}}',
      ': response.headers.a b: cannot be sent as a header.',
    ],
    [
      '{"version":1,"request":{"path":"/x","body":{}},"response":{"constructor":1}}',
      ': response.constructor: is unknown.',
    ],
  ])('with the line %s is an error that names file, line and field', async (text, message) => {
    const file = fileOf(`${JSON.stringify(exchangeOf('fine'))}\n\n${text}\n`);
    const failed = loadCassette(file);
    await expect(failed).rejects.toThrow(CassetteError);
    await expect(failed).rejects.toThrow(`${file}:3${message}`);
  });

  it('that is missing, or a folder, is an error that names it', async () => {
    await expect(loadCassette(join(folder, 'none'))).rejects.toThrow(
      `The cassette ${join(folder, 'none')} does not exist.`,
    );
    await expect(loadCassette(folder)).rejects.toThrow(`The cassette ${folder} is a folder.`);
    expect((await loadCassette(join(folder, 'none'), { optional: true })).lines).toEqual([]);
  });
});

describe('readRecording', () => {
  it('takes a response, or a whole exchange', () => {
    expect(readRecording({ text: 'a' }, 'reply.recording.')).toEqual({ text: 'a' });
    expect(readRecording(exchangeOf('a', { text: 'b' }), 'reply.recording.')).toEqual({ text: 'b' });
    expect(() => readRecording(null, 'reply.recording.')).toThrow(
      'reply.recording: must be an object, not null.',
    );
    expect(() => readRecording({ txt: '' }, 'reply.recording.')).toThrow('reply.recording.txt: is unknown.');
  });
});

/** Appends lines of about a megabyte until it is killed, and says which are written. */
function spawnWriter(file: string, name: string) {
  const program = `
    import { CassetteWriter } from ${JSON.stringify(bundledWriter())};
    const writer = new CassetteWriter(${JSON.stringify(file)});
    for (let at = 0; at < 200; at++) {
      const id = ${JSON.stringify(name)} + at;
      writer.append({ version: 1, request: { path: '/x', body: { id, text: '{"'.repeat(250_000) } }, response: {} });
      process.stdout.write(id + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, ended: once(child, 'close'), written: () => output.split('\n').slice(0, -1) };
}

let bundle: string | undefined;
function bundledWriter(): string {
  if (bundle) return bundle;
  bundle = join(folder, 'file.mjs');
  buildSync({
    entryPoints: [resolve(import.meta.dirname, 'file.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  expect(readFileSync(bundle, 'utf8')).toContain('CassetteWriter');
  return bundle;
}

it('reads base64 of any length', () => {
  const base64 = 'a'.repeat(8_400_000);
  expect(readRecording({ base64 }, '').base64 === base64).toBe(true);
  for (const wrong of [`${base64}a`, `${base64.slice(1)}?`, `${base64.slice(3)}===`, '=', '====', 'a=b='])
    expect(() => readRecording({ base64: wrong }, '')).toThrow('must be base64');
  for (const right of ['', 'ab==', 'abc=', 'abcd'])
    expect(readRecording({ base64: right }, '')).toEqual({ base64: right });
});
