import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { createServer as createTCPServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checks } from '../../src/doctor/checks/all.ts';
import { examine, type Report } from '../../src/doctor/doctor.ts';
import type { Exchange } from '../../src/doctor/exchange.ts';
import { keyFor } from '../../src/doctor/keys.ts';
import { reportAsJSON, reportAsText, summaryOf } from '../../src/doctor/report.ts';
import { readRequired, unmet } from '../../src/doctor/require.ts';
import { unreachable } from '../../src/doctor/unreachable.ts';
import { gateway } from '../support/gateway.ts';
import { signatureOf, signatures } from '../../src/doctor/wires.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/server.ts';
import { runCLI } from '../../scripts/run-cli.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ port: 0, db: ':memory:', logRequests: false, ...options });
  open.push(server);
  return server;
}

/** A server that does not speak HTTP. */
async function listen(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createTCPServer((socket) => onSocket(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** A server of a few lines, for what ours does not do. */
async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const outcomes = ({ results }: Report): Record<string, string> =>
  Object.fromEntries(results.map(({ id, outcome, note = '' }) => [id, `${outcome} ${note}`.trim()]));

describe('our own server', { timeout: 60_000 }, () => {
  it('passes every check', async () => {
    const { url } = await start();
    const report = await examine({ url });
    expect(report.results.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(report.results.length).toBeGreaterThanOrEqual(60);
    expect(report).toMatchObject({ model: 'sandbox', like: [], leftBehind: [] });
    expect(report.requests).toBeLessThan(80);
  });

  it('passes with keys, and keeps nothing that was stored for the checks', async () => {
    const { url } = await start({ apiKeys: ['sk-doctor-test'] });
    const report = await examine({ url, key: 'sk-doctor-test' });
    expect(summaryOf(report.results)).toEqual({
      pass: checks.length,
      deviation: 0,
      missing: 0,
      undecided: 0,
    });
    expect(outcomes(report)['errors.key']).toBe('pass');
    const stored = await fetch(`${url}/chat/completions`, {
      headers: { authorization: 'Bearer sk-doctor-test' },
    });
    expect(await stored.json()).toMatchObject({ data: [] });
  });

  it('is left as it was also when ids on the wire are others', async () => {
    const { url } = await start({ quirk: 'ollama' });
    await examine({ url });
    expect(await (await fetch(`${url}/chat/completions`)).json()).toMatchObject({ data: [] });
  });

  it('misses what it refuses', async () => {
    const { url } = await start({ fault: 'status=404' });
    const report = await examine({ url });
    expect(outcomes(report)['create.text']).toMatch(/^missing 404 /);
  });
});

describe('our own server in front of another', { timeout: 60_000 }, () => {
  /** The headers of the upstream choose its wire. Faults are asked for by a header that is not passed on. */
  async function inFront(quirk: string): Promise<Report> {
    const behind = await start();
    const headers = { 'x-sandbox-quirk': quirk };
    const front = await gateway({ upstreams: { behind: { baseURL: behind.url, headers } } });
    open.push(front);
    return examine({ url: front.url, model: 'behind/sandbox' });
  }

  it('passes every check, but those of failures that cannot be brought about', async () => {
    const report = await inFront('none');
    const others = report.results.filter(({ outcome }) => outcome !== 'pass');
    expect(others.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'errors.server undecided',
      'errors.broken-stream undecided',
    ]);
  });

  it.each(['ollama', 'mistral', 'openrouter', 'cloudflare'])(
    'passes on the deviations of %s',
    async (quirk) => {
      const report = await inFront(quirk);
      const found = signatureOf(report.results.flatMap(({ deviations }) => deviations));
      const expected = signatures[quirk]!.filter((name) => !name.startsWith('failureAs'));
      expect(found).toEqual(expected.toSorted());
      expect(report.like[0]).toEqual({ quirk, share: 1 });
    },
  );
});

describe('a run that cannot go on', () => {
  it.each([
    [401, 'The server does not accept the key: 401 '],
    [429, 'The server refuses more requests: 429 '],
    [402, 'The server refuses more requests: 402 '],
  ])('ends at a %i with what to do about it', async (status, message) => {
    const { url } = await start({ fault: `status=${status}` });
    await expect(examine({ url })).rejects.toThrow(message);
  });

  it('says when to come back', async () => {
    const { url } = await start({ fault: 'status=429;retry-after=20s' });
    await expect(examine({ url })).rejects.toThrow('It asks to wait 20 s.');
  });

  it('asks for a key, for a model, for another URL', async () => {
    const { url } = await start({ apiKeys: ['sk-a'] });
    await expect(examine({ url })).rejects.toThrow('Set it with --key.');
    const empty = await serve((_, response) => response.end('{"data":[]}'));
    await expect(examine({ url: empty })).rejects.toThrow(
      '(GET /models lists none).\nName one with --model.',
    );
    await expect(examine({ url: 'localhost:11434' })).rejects.toThrow("'localhost:11434' is not a base URL");
    const silent = await serve(() => {});
    await expect(examine({ url: silent, timeoutMs: 100 })).rejects.toThrow('does not respond in time');
  });
});

describe('a server that cannot be reached', () => {
  it('because nothing listens: the error has the code and what to do', async () => {
    await expect(examine({ url: 'http://127.0.0.1:1/v1' })).rejects.toThrow(
      '(ECONNREFUSED).\nNothing listens at 127.0.0.1:1. Start the server, or check the port.',
    );
  });

  it.each([
    ['ENOTFOUND', '(ENOTFOUND).\nThere is no address for h:1.'],
    ['UND_ERR_CONNECT_TIMEOUT', 'No connection to h:1 could be made.'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Put the file of its authority into NODE_EXTRA_CA_CERTS.'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is not trusted'],
    ['EUNHEARD', '(EUNHEARD).\nCheck the URL. It usually ends in /v1.'],
    [undefined, 'reached.\nCheck the URL.'],
  ])('because of %s', (code, message) => {
    const error = unreachable({ failure: 'connection', code } as Exchange, { baseURL: 'https://h:1/v1' });
    expect(error.message).toContain(message);
  });

  it('because it speaks another protocol', async () => {
    const plain = (await serve((_, response) => response.end())).replace('http:', 'https:');
    await expect(examine({ url: plain })).rejects.toThrow('does not speak TLS. Try http://');
    const ssh = await listen((socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n'));
    await expect(examine({ url: ssh })).rejects.toThrow(/\(H\w+\)\.\n.* does not speak HTTP/);
    const closing = await listen((socket) => socket.destroy());
    await expect(examine({ url: closing })).rejects.toThrow('closed the connection');
  });
});

describe('a server that has little', () => {
  it('is described as it is', async () => {
    const url = await serve((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.endsWith('/models')) return response.end('[{"id":"tiny"}]');
      response.statusCode = request.method === 'POST' ? 200 : 404;
      const choices = [{ message: { role: 'assistant', content: 'Hi\x1b[2J' }, finish_reason: 'stop' }];
      return response.end(request.method === 'POST' ? JSON.stringify({ choices }) : 'nothing here');
    });
    const report = await examine({ url });
    expect(report.model).toBe('tiny');
    expect(outcomes(report)).toMatchObject({
      'models.list': 'deviation',
      'create.text': 'pass',
      'stream.type': 'deviation',
      'usage.stream': 'missing no usage, although `stream_options.include_usage` requested it',
      'tools.required': 'undecided the model did not call a tool',
      'errors.type': 'missing the request was accepted',
      'errors.path': 'missing the body is not JSON',
      'stored.retrieve': 'missing the completion has no id',
      'headers.request-id': 'missing no id',
    });
    const text = reportAsText(report);
    expect(text).toMatch(
      /Most important\n(?: {2}- .*\n)* {2}- JSON instead of a stream: check the content type/,
    );
    expect(text).toContain('Stored completions are missing: store completions yourself');
  });

  it('cannot write to the terminal', async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url?.endsWith('/models') ? 200 : 400;
      response.end(
        response.statusCode === 200
          ? JSON.stringify({ data: [{ id: 'm' }] })
          : JSON.stringify({ error: { message: 'no\x1b[2J\u009b2J\nno' } }),
      );
    });
    const text = reportAsText(await examine({ url }));
    expect(text).toContain('400 no [2J 2J no');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  });

  it.each([
    [{ error: { message: 'no' }, message: 'no' }, [{ name: 'messageOnly' }]],
    [{ error: { message: 'no' } }, [{ name: 'messageOnly', detail: 'once' }]],
    [{ error: { message: 'no', type: 't', param: null, code: null }, message: 'no' }, []],
  ])('has only a message in its errors if there is nothing else: %j', async (body, found) => {
    const url = await serve((request, response) => {
      if (request.method === 'GET') return response.end('{"data":[{"id":"m"}]}');
      response.writeHead(400, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(body));
    });
    const { results } = await examine({ url });
    expect(results.find(({ id }) => id === 'errors.body')?.deviations).toEqual(found);
  });

  it('gets the parameter for the limit that it knows', async () => {
    const seen = new Set<string>();
    const url = await serve((request, response) => {
      if (request.method === 'GET') return response.end('{"data":[{"id":"m"}]}');
      let body = '';
      request.on('data', (piece) => (body += piece));
      return request.on('end', () => {
        if (body.includes('"max_tokens"') && !body.includes('"max_tokens":16')) {
          response.statusCode = 400;
          return response.end('{"error":{"message":"Use max_completion_tokens instead of max_tokens."}}');
        }
        for (const [name] of body.matchAll(/max_completion_tokens/g)) seen.add(name);
        return response.end('{}');
      });
    });
    const report = await examine({ url });
    expect([...seen]).toEqual(['max_completion_tokens']);
    expect(outcomes(report)['create.text']).toBe('missing no text');
  });
});

describe('what is required', () => {
  const result = (id: string, outcome: string): Report['results'][number] =>
    ({ id, group: id.split('.')[0], outcome }) as Report['results'][number];
  const results = [
    result('stream.done', 'missing'),
    result('stream.type', 'pass'),
    result('tools.auto', 'undecided'),
    result('usage.stream', 'deviation'),
  ];

  it.each([
    ['pass', ['stream.done', 'usage.stream']],
    ['tools', []],
    ['stream, usage.counts', ['stream.done']],
    ['usage.stream', ['usage.stream']],
  ])('%s', (text, ids) => {
    expect(unmet(results, readRequired(text)).map(({ id }) => id)).toEqual(ids);
  });

  it('is refused when no check has the name', () => {
    expect(() => readRequired('stream.don')).toThrow("not 'stream.don'");
    expect(() => readRequired(' , ')).toThrow("not ' , '");
  });
});

describe('the key', () => {
  const env = { OPENAI_API_KEY: 'sk-o', GROQ_API_KEY: 'gsk', AZURE_OPENAI_API_KEY: 'az', XAI_API_KEY: ' ' };
  it.each([
    ['https://api.openai.com/v1', 'sk-o'],
    ['https://api.groq.com/openai/v1', 'gsk'],
    ['https://mine.openai.azure.com/openai/v1', 'az'],
    ['https://api.x.ai/v1', undefined],
    ['https://api.openai.com.evil.example/v1', undefined],
    ['https://notapi.openai.com/v1', undefined],
    ['http://localhost:11434/v1', undefined],
    ['http://api.openai.com/v1', undefined],
    ['not a url', undefined],
  ])('for %s', (url, key) => {
    expect(keyFor(url, env)).toBe(key);
  });

  it('for the server of OPENAI_BASE_URL', () => {
    const local = { ...env, OPENAI_BASE_URL: 'http://localhost:8787/v1/' };
    expect(keyFor('http://localhost:8787/v1', local)).toBe('sk-o');
    expect(keyFor('http://localhost:8788/v1', local)).toBeUndefined();
  });
});

describe('colloquy-server doctor', { timeout: 60_000 }, () => {
  it('prints a table, and exits with 1 when a requirement is not met', async () => {
    const { url } = await start({ quirk: 'mistral' });
    const cli = runCLI(['doctor', url, '--require', 'stream.done', '--require', 'errors.body,stored']);
    expect((await cli.ended).code).toBe(1);
    expect(cli.output()).toContain('callsWithoutIndex: streamed tool calls without `index`');
    expect(cli.output()).toContain('Try one with --quirk mistral');
    expect(cli.output().trim().split('\n').at(-1)).toBe('Required checks that failed: errors.body');
  });

  it('prints JSON, and takes the URL from OPENAI_BASE_URL', async () => {
    const { url } = await start();
    const cli = runCLI(['doctor', '--json', '--require', 'pass'], { env: { OPENAI_BASE_URL: url } });
    expect((await cli.ended).code).toBe(0);
    const report = JSON.parse(cli.output());
    expect(report.summary).toEqual({ pass: checks.length, deviation: 0, missing: 0, undecided: 0 });
    expect(report.results[0]).toMatchObject({ id: 'models.list', outcome: 'pass', deviations: [] });
  });

  it.each([
    [[], "missing argument 'url'"],
    [['http://127.0.0.1:1/v1'], 'The server cannot be reached (ECONNREFUSED).'],
    [['nowhere'], "'nowhere' is not a base URL"],
    [['http://127.0.0.1:1/v1', '--require', 'all'], 'must be pass, a check such as stream.done'],
    [['http://127.0.0.1:1/v1', '--timeout', 'soon'], 'must be a time such as 500ms or 10s'],
    [['http://127.0.0.1:1/v1', '--jsn'], 'Did you mean --json?'],
  ])('%j exits with 2', async (args, message) => {
    const cli = runCLI(['doctor', ...args], { env: { OPENAI_BASE_URL: '' } });
    expect((await cli.ended).code).toBe(2);
    expect(cli.output()).toContain(message);
  });
});

it('says in its JSON what each deviation means', async () => {
  const { url } = await start({ quirk: 'longcat' });
  const json = reportAsJSON(await examine({ url })) as { results: { id: string; deviations: object[] }[] };
  expect(json.results.find(({ id }) => id === 'stream.spelling')?.deviations).toEqual([
    {
      name: 'noSpaceAfterData',
      sends: '`data:` without a space after it',
      means: 'accept `data:` with and without a space',
      weight: 'breaks',
    },
  ]);
});
