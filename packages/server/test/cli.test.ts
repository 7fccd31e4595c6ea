import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { least, wallMs } from '../../../test/timing.ts';
import { hashOf } from '../src/http/auth.ts';
import { runCLI, type RunningCLI } from '../scripts/run-cli.ts';
import { completionBody } from './support/app.ts';
import { openSocket } from './support/raw.ts';
import { readStream } from './support/streams.ts';

/** The zone in `::1%lo` is the name of the loopback device on Linux. */
const hasIPv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ?? false;

let folder: string;
const running: RunningCLI[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-cli-'));
});
afterAll(async () => {
  await Promise.all(running.map((cli) => cli.end('SIGKILL')));
  await rm(folder, { recursive: true });
});

function run(args: string[], env: Record<string, string> = {}): RunningCLI {
  const cli = runCLI(args, { env });
  running.push(cli);
  return cli;
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('colloquy-server', { timeout: 60_000 }, () => {
  it('says where it listens, what to export, and one line for each request', async () => {
    const cli = run(['serve', '--port', '0', '--db', ':memory:']);
    const url = await cli.url();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(cli.output()).toContain(`export OPENAI_BASE_URL=${url}\n`);
    expect(cli.output()).toContain('export OPENAI_API_KEY=');
    expect((await fetch(`${url}/models`)).status).toBe(200);
    await expect.poll(() => cli.output(), { timeout: 10_000 }).toMatch(/^GET \/v1\/models 200 \d+ms req_/m);
    expect(await cli.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('serves metrics, and writes nothing but JSON to its log', async () => {
    const cli = run(['--port', '0', '--db', ':memory:', '--log', 'json', '--metrics']);
    const url = await cli.url();
    const metrics = await fetch(new URL('/metrics', url));
    expect(await metrics.text()).toContain('# TYPE http_server_request_duration_seconds histogram');
    expect(await cli.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const lines = cli.output().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', message: 'listening', url },
      { level: 'info', method: 'GET', path: '/metrics', status: 200 },
      { level: 'info', message: expect.stringContaining('Finishing') },
    ]);
  });

  it('makes a key, and opens with it once its entry is in colloquy.yaml', async () => {
    const cli = run(['key', 'create', '--name', 'ci', '--project', 'tests: "a"']);
    expect(await cli.ended).toEqual({ code: 0, signal: null });
    const [key = ''] = /^sk-colloquy-[\w-]{43}$/m.exec(cli.output()) ?? [];
    const entry = cli.output().slice(cli.output().indexOf('keys:'));
    expect(parse(entry)).toEqual({ keys: [{ name: 'ci', hash: hashOf(key), project: 'tests: "a"' }] });
    const config = join(folder, 'colloquy.yaml');
    await writeFile(config, entry);
    const server = run(['--port', '0', '--db', ':memory:', '--config', config]);
    const url = await server.url();
    const status = async (given: string): Promise<number> =>
      (await fetch(`${url}/models`, { headers: { authorization: `Bearer ${given}` } })).status;
    expect(await Promise.all([key, hashOf(key), 'any'].map(status))).toEqual([200, 401, 401]);
    expect(server.output()).toContain('OPENAI_API_KEY=<one of your keys>');
  });

  it('takes keys from a file, which other users cannot read from the list of processes', async () => {
    const file = join(folder, 'keys.txt');
    await writeFile(file, '# of the team\n\n  sk-from-file \r\nsk-other\n');
    const cli = run(['--port', '0', '--db', ':memory:', '--api-key-file', file, '--api-key', 'sk-flag']);
    const url = await cli.url();
    const status = async (key: string): Promise<number> =>
      (await fetch(`${url}/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(cli.output()).toContain('OPENAI_API_KEY=<one of your keys>');
    expect(
      await Promise.all(['sk-from-file', 'sk-other', 'sk-flag', '# of the team', ''].map(status)),
    ).toEqual([200, 200, 200, 401, 401]);
    await writeFile(file, '# none\n');
    for (const [path, reason] of [
      [file, `--api-key-file '${file}' has no keys.`],
      [join(folder, 'no-such-file'), 'Cannot read --api-key-file'],
    ] as const) {
      const failed = run(['--port', '0', '--db', ':memory:', '--api-key-file', path]);
      expect(await failed.ended).toEqual({ code: 1, signal: null });
      expect(failed.output()).toContain(reason);
    }
  });

  it('stores every completion with --store all, and only those that ask otherwise', async () => {
    for (const [mode, expected] of [
      ['all', ['a', 'b', 'c']],
      ['asked', ['a']],
    ] as const) {
      const url = await run(['--port', '0', '--db', ':memory:', '--store', mode]).url();
      const body = (content: string, extra: object): object =>
        completionBody({ messages: [{ role: 'user', content }], ...extra });
      for (const sent of [
        body('a', { store: true }),
        body('b', { stream: true }),
        body('c', { store: false }),
      ])
        await (await post(url, sent)).text();
      const { data } = (await (await fetch(`${url}/chat/completions`)).json()) as { data: { id: string }[] };
      const contents = data.map(async ({ id }) => {
        const messages = await fetch(`${url}/chat/completions/${id}/messages`);
        return ((await messages.json()) as { data: { content: string }[] }).data[0]?.content;
      });
      expect(await Promise.all(contents)).toEqual(expected);
    }
  });

  it('takes its settings from the environment; a flag wins', async () => {
    const db = join(folder, 'env.db');
    const cli = run(['--port', '0', '--quiet'], {
      COLLOQUY_PORT: '1',
      COLLOQUY_DB: db,
      COLLOQUY_API_KEY: 'sk-one, sk-two',
      COLLOQUY_CORS: '*',
    });
    const url = await cli.url();
    expect(cli.output()).toContain(db);
    expect(cli.output()).not.toContain('sk-one');
    const status = async (key: string): Promise<Response> =>
      fetch(`${url}/models`, { headers: { authorization: `Bearer ${key}`, origin: 'https://a.example' } });
    expect((await status('sk-two')).headers.get('access-control-allow-origin')).toBe('*');
    expect((await status('sk-three')).status).toBe(401);
    expect(cli.output()).not.toContain('GET');
  });

  it('is not opened to everybody by a key, or an address, that is blank in the environment', async () => {
    for (const name of ['COLLOQUY_API_KEY', 'COLLOQUY_HOST']) {
      const cli = run(['--port', '0', '--db', ':memory:'], { [name]: '' });
      expect((await cli.ended).code).toBe(1);
      expect(cli.output()).toContain(`from env '${name}' is invalid. It must not be empty.`);
    }
  });

  it('replies from fixture files, and in strict mode from nothing else', async () => {
    const file = join(folder, 'replies.yaml');
    await writeFile(file, '- when: { lastUser: ping }\n  reply: pong\n');
    const flags = ['--port', '0', '--db', ':memory:', '--fixtures', file];
    const url = await run(flags, { COLLOQUY_STRICT_FIXTURES: '1' }).url();
    const ask = (content: string): Promise<Response> =>
      post(url, { model: 'any', messages: [{ role: 'user', content }] });
    expect(await (await ask('ping')).json()).toMatchObject({ choices: [{ message: { content: 'pong' } }] });
    const missed = await ask('pang');
    expect(missed.status).toBe(404);
    expect(await missed.text()).toContain(`The nearest fixture is at ${file}:1: lastUser is 'pang'`);
  });

  it('reads fixtures again when a file changes, and keeps them when it has a mistake', async () => {
    const file = join(folder, 'watched.yaml');
    const say = (reply: string): Promise<void> =>
      writeFile(file, `- when: { lastUser: ping }\n  reply: ${reply}\n`);
    await say('one');
    const cli = run(['--port', '0', '--db', ':memory:', '--fixtures', file, '--watch']);
    const url = await cli.url();
    const ask = async (): Promise<string> => {
      const response = await post(url, { model: 'any', messages: [{ role: 'user', content: 'ping' }] });
      const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
      return choices[0]!.message.content;
    };
    expect(await ask()).toBe('one');
    await say('two');
    await expect.poll(() => cli.output(), { timeout: 10_000 }).toContain('1 fixture read again.\n');
    expect(await ask()).toBe('two');
    await say('[three, { four: 4 }]');
    await expect.poll(() => cli.output(), { timeout: 10_000 }).toContain('The fixtures were not read again.');
    expect(cli.output()).toContain(`${file}:2:`);
    expect(await ask()).toBe('two');
    expect(await cli.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('does not start with a fixture file that has a mistake', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, '- when: { lastuser: ping }\n  reply: pong\n');
    const cli = run(['--port', '0', '--db', ':memory:'], { COLLOQUY_FIXTURES: file });
    expect((await cli.ended).code).toBe(1);
    expect(cli.output()).toContain(`error: ${file}:1:11: Unknown field '[0].when.lastuser'.`);
  });

  it('checks fixture files', async () => {
    const [good, wrong] = [join(folder, 'good.yaml'), join(folder, 'two-wrong.yaml')];
    await writeFile(good, '- { when: {}, reply: a }\n- { when: {}, reply: b }\n');
    await writeFile(wrong, '- { when: { lastuser: ping }, reply: a }\n- { when: {}, reply: 1 }\n');
    const valid = run(['check-fixtures', good, good]);
    expect((await valid.ended).code).toBe(0);
    expect(valid.output()).toBe('4 fixtures in 2 files are valid.\n');
    const invalid = run(['check-fixtures', good, wrong]);
    expect((await invalid.ended).code).toBe(1);
    expect(invalid.output().trim().split('\n')).toEqual([
      expect.stringContaining(`${wrong}:1:13: Unknown field '[0].when.lastuser'.`),
      expect.stringContaining(`${wrong}:2:15: Invalid type for '[1].reply'`),
    ]);
    expect((await run(['check-fixtures']).ended).code).toBe(1);
  });

  it('goes on when nobody reads its log any more', async () => {
    const cli = run(['--port', '0', '--db', ':memory:']);
    const url = await cli.url();
    cli.child.stdout?.destroy();
    for (let request = 0; request < 3; request++) {
      expect((await fetch(`${url}/models`)).status).toBe(200);
      await sleep(50);
    }
    expect(await cli.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('on Ctrl-C finishes the stream in flight, stores it, and ends with status 0', async () => {
    const db = join(folder, 'stop.db');
    const flags = ['--port', '0', '--db', db, '--quiet', '--tokens-per-second', '40'];
    const cli = run(flags);
    const body = completionBody({ stream: true, store: true, max_completion_tokens: 30 });
    const response = await post(await cli.url(), body);
    const ended = cli.end('SIGINT');
    const { chunks, done } = await readStream(response);
    expect(done).toBe(true);
    expect(chunks.length).toBeGreaterThan(3);
    expect(await ended).toEqual({ code: 0, signal: null });

    const again = await run(flags).url();
    const stored = await fetch(`${again}/chat/completions/${chunks[0]?.id}`);
    expect(stored.status).toBe(200);
  });

  it('on SIGTERM ends within the grace time, with 300 bodies half sent and a stream nobody reads', async () => {
    const endsWithin = async (): Promise<number> => {
      const cli = run(['--port', '0', '--db', ':memory:', '--quiet', '--tokens-per-second', '1'], {
        COLLOQUY_GRACE: '500ms',
      });
      const port = Number(new URL(await cli.url()).port);
      const body = JSON.stringify(completionBody({ stream: true }));
      const head =
        'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
      const sockets = await Promise.all(Array.from({ length: 301 }, () => openSocket(port)));
      for (const [index, socket] of sockets.entries()) {
        socket.pause();
        socket.write(`${head}content-length: ${body.length}\r\n\r\n${index === 0 ? body : '{'}`);
      }
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
      const took = await wallMs(async () => {
        expect(await cli.end('SIGTERM')).toEqual({ code: 0, signal: null });
      });
      for (const socket of sockets) socket.destroy();
      return took;
    };
    expect(await least(5_000, endsWithin, 3)).toBeLessThan(5_000);
  });

  it('on a second Ctrl-C ends at once', async () => {
    const cli = run(['--port', '0', '--db', ':memory:', '--quiet', '--tokens-per-second', '1']);
    const url = await cli.url();
    const response = await post(
      url,
      completionBody({ stream: true, messages: [{ role: 'user', content: 'Tell me a long story' }] }),
    );
    const reading = response.text().catch(() => 'cut');
    cli.child.kill('SIGINT');
    await expect.poll(() => cli.output(), { timeout: 10_000 }).toContain('Press Ctrl-C again');
    expect(await cli.end('SIGINT')).toEqual({ code: 130, signal: null });
    expect(await reading).toBe('cut');
  });

  it('names the flag if the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const cli = run(['--port', String(port), '--db', ':memory:']);
    expect(await cli.ended).toEqual({ code: 1, signal: null });
    expect(cli.output()).toBe(
      `error: Port ${port} on 127.0.0.1 is in use. Choose another with --port, or any free one with --port 0.\n`,
    );
    taken.close();
  });

  it.each([
    [['--port', '70000'], '--port', "must be a port from 0 to 65535, not '70000'"],
    [['--body-limit', 'big'], '--body-limit', "must be a size such as 500kb or 32mb, not 'big'"],
    [['--keep-alive', '-1'], '--keep-alive', 'whole seconds'],
    [['--tokens-per-second', '-1'], '--tokens-per-second', "a whole number from 0, not '-1'"],
    [['--db', '/no/such/folder/x.db'], '--db', '/no/such/folder/x.db'],
    [
      ['--db', 'http://me:secret@x/?key=b'],
      '--db',
      "Cannot use 'http://x' as the database: it is a URL, but not of",
    ],
    [['--grace', '10'], '--grace', "must be a time up to an hour, such as 500ms or 10s, not '10'"],
    [
      ['--quirk', 'olama'],
      '--quirk',
      "not 'olama'. Did you mean 'ollama'? The quirks are openai-parallel, azure, ",
    ],
    [
      ['--fault', 'stall-after'],
      '--fault',
      "needs a number of chunks, such as 'stall-after=3', and got no value",
    ],
    [
      ['--fault', 'stall=3'],
      '--fault',
      "not 'stall'. Did you mean 'stall-after'? The faults are stall-after, ",
    ],
    [['--api-key', ''], '--api-key', 'must not be empty'],
    [['--host', ''], '--host', 'must not be empty'],
    [
      ['--host', 'fe80::1%none', '--db', ':memory:'],
      '--host',
      'This machine does not have the address fe80::1%none.',
    ],
    [['--db', ' '], '--db', 'must not be empty'],
    [['--upstream', 'http://u%:p@127.0.0.1:9/v1'], '--upstream', 'must be a URL such as'],
    [
      ['--upstream', 'http://127.0.0.1:9/v1', '--upstream-key', 'a\nb'],
      "upstream '127.0.0.1:9'",
      'no header may have',
    ],
    [['--cors', 'https://a.example/'], '--cors', "not 'https://a.example/'"],
    [['--allow-host', 'box.example:80'], '--allow-host', "without a port, not 'box.example:80'"],
    [['--cassette', '/no/such/tape.jsonl'], '--cassette', 'The cassette /no/such/tape.jsonl does not exist.'],
    [['--cassette', 'tape.jsonl', '--mode', 'record'], '--upstream', 'The mode record needs an upstream.'],
    [['--watch'], '--watch', 'needs --fixtures <path> with a file or folder.'],
    [
      ['--watch', '--fixtures', 'http://127.0.0.1:1/a'],
      '--watch',
      'needs --fixtures <path> with a file or folder.',
    ],
    [['--mode', 'rewind'], '--mode', "must be replay, record or record-on-miss, not 'rewind'"],
    [['--mode', 'record'], '--mode', 'needs --cassette'],
    [['--upstream', 'api.openai.com'], '--upstream', 'must be a URL such as https://api.openai.com/v1'],
    [['--ignore', 'messages[x]'], '--ignore', 'must be a field such as seed or messages[0].content'],
    [['--pace', 'slow'], '--pace', "must be real, instant or a factor such as 2x or 0.5x, not 'slow'"],
    [['--pace', '0x'], '--pace', "not '0x'"],
    [['--prot', '1'], '--prot', 'Did you mean --port?'],
    [['launch'], 'launch', "unknown command 'launch'. The commands are serve"],
    [['exprot'], 'exprot', "Did you mean 'export'?"],
    [
      ['--fixtures', 'http://me:secret@127.0.0.1:1/a?key=b'],
      '127.0.0.1:1/a',
      "from 'http://127.0.0.1:1/a': ",
    ],
  ])('%j is an error in one or two lines', async (args, name, reason) => {
    const cli = run(['--port', '0', ...args]);
    expect((await cli.ended).code).toBe(1);
    expect(cli.output()).toContain(name);
    expect(cli.output()).toContain(reason);
    expect(cli.output()).not.toContain('secret');
    expect(cli.output().trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('names a configuration that it reads because it is in the folder', async () => {
    const cwd = await mkdtemp(join(folder, 'with-config-'));
    await writeFile(join(cwd, 'colloquy.yaml'), 'upstreams:\n');
    const flags = ['--port', '0', '--db', ':memory:'];
    const cli = runCLI(flags, { cwd });
    running.push(cli);
    await cli.url();
    expect(cli.output()).toMatch(/^Configuration from .*with-config-\w+\/colloquy\.yaml$/m);
    const other = run(flags);
    await other.url();
    expect(other.output()).not.toContain('Configuration');
  });

  it('warns about variables that are no settings, in the format of the log', async () => {
    const env = { COLLOQUY_PROT: '1', COLLOQUY_STRICT_FIXTURE: '1', COLLOQUY_ZZZ: '1', COLLOQUY_QUIET: '1' };
    const cli = run(['--port', '0', '--db', ':memory:'], env);
    await cli.url();
    expect(cli.output().match(/^warning: .*$/gm)).toEqual([
      'warning: There is no setting COLLOQUY_PROT. Did you mean COLLOQUY_PORT?',
      'warning: There is no setting COLLOQUY_STRICT_FIXTURE. Did you mean COLLOQUY_STRICT_FIXTURES?',
      'warning: There is no setting COLLOQUY_ZZZ.',
    ]);
    const json = run(['--port', '0', '--db', ':memory:', '--log', 'json'], { COLLOQUY_PROT: '1' });
    await json.url();
    expect(
      json
        .output()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { level: 'warn', message: 'There is no setting COLLOQUY_PROT. Did you mean COLLOQUY_PORT?' },
      { level: 'info', message: 'listening' },
    ]);
  });

  it.skipIf(!hasIPv6)('prints URLs for addresses of IPv6, with brackets and without a zone', async () => {
    for (const host of ['::1', '[::1]', '::1%lo']) {
      const cli = run(['--port', '0', '--db', ':memory:', '--host', host]);
      const url = await cli.url();
      expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/v1$/);
      expect((await fetch(`${url}/models`)).status).toBe(200);
      await cli.end('SIGTERM');
    }
  });

  it('is not quiet when COLLOQUY_QUIET is 0, and answers on the wire and with the fault it is given', async () => {
    const cli = run(['--port', '0', '--db', ':memory:', '--fault', 'times=1;status=503'], {
      COLLOQUY_QUIET: '0',
      COLLOQUY_QUIRK: 'gemini',
    });
    const url = await cli.url();
    const refused = await post(url, completionBody());
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject([{ error: { code: 503, status: 'UNAVAILABLE' } }]);
    expect((await post(url, completionBody())).status).toBe(200);
    await expect.poll(() => cli.output(), { timeout: 10_000 }).toMatch(/^POST \/v1\/chat\/completions 503 /m);
  });

  it('explains every flag, its default and its environment variable', async () => {
    const cli = run(['--help']);
    expect((await cli.ended).code).toBe(0);
    const help = cli.output().replaceAll(/\s+/g, ' ');
    for (const part of [
      '--port <port>',
      'default: 8787',
      'COLLOQUY_PORT',
      '127.0.0.1',
      'colloquy.db',
      '32mb',
      'default: 10s',
      'COLLOQUY_API_KEY',
      'COLLOQUY_QUIET',
    ]) {
      expect(help).toContain(part);
    }
  });
});
