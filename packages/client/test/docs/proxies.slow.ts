// The programs of docs/guides/proxies.md, each in its runtime, through a proxy and to a server that requires a client
// certificate.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programOf } from '../../scripts/runtimes/binaries.ts';
import { versions } from '../../scripts/runtimes/table.ts';
import { authority, clientCert, clientKey, serverCert, serverKey } from '../support/authority.ts';
import { fencesOf } from './examples.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const programs = fencesOf(readFileSync(join(root, 'docs/guides/proxies.md'), 'utf8')).filter(
  ({ language, info }) => language === 'js' && info,
);
const commands: Record<string, () => string[]> = {
  node: () => [process.execPath],
  bun: () => [programOf('bun', versions.bun), 'run'],
  deno: () => [
    programOf('deno', versions.deno),
    'run',
    '--allow-all',
    '--no-config',
    '--node-modules-dir=manual',
  ],
};

let folder: string;
let api: Server;
let proxy: Server;
/** What the proxy was asked to connect to, and the `proxy-authorization` that came with it. */
const tunnels: [target: string | undefined, authorization: string | undefined][] = [];

beforeAll(async () => {
  // Inside the repository, so that packages resolve.
  mkdirSync(join(root, '.colloquy'), { recursive: true });
  folder = mkdtempSync(join(root, '.colloquy', 'proxies-'));
  writeFileSync(join(folder, 'client.pem'), clientCert);
  writeFileSync(join(folder, 'client-key.pem'), clientKey);
  writeFileSync(join(folder, 'ca.pem'), authority);

  const message = { role: 'assistant', content: '2 + 2 = 4.', refusal: null };
  const completion = { object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message }] };
  const options = { cert: serverCert, key: serverKey, ca: authority, requestCert: true };
  api = createSecureServer({ ...options, rejectUnauthorized: true }, (_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(completion));
  });
  proxy = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push([request.url, request.headers['proxy-authorization']]);
    const onward = connect(portOf(api), '127.0.0.1');
    onward.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('error', () => {}).on('close', () => onward.destroy());
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  for (const server of [api, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  api.close();
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

it('has a program for each runtime', () => {
  expect(programs.map(({ info }) => info)).toEqual(Object.keys(commands));
});

it.each(programs.map(({ info, body }) => [info, body]))(
  'the program for %s goes through the proxy with its certificate',
  { timeout: 120_000 },
  async (runtime, code) => {
    const file = join(folder, `${runtime}.mjs`);
    writeFileSync(file, code);
    tunnels.length = 0;
    const [command, ...flags] = commands[runtime]!();
    const { stdout } = await promisify(execFile)(command!, [...flags, file], {
      cwd: folder,
      env: {
        ...process.env,
        PROXY_URL: `http://u:p@127.0.0.1:${portOf(proxy)}`,
        OPENAI_API_KEY: 'key',
        OPENAI_BASE_URL: 'https://api.test/v1',
      },
    });
    expect(stdout).toBe('2 + 2 = 4.\n');
    expect(tunnels).toEqual([['api.test:443', `Basic ${btoa('u:p')}`]]);
  },
);
