import { afterEach, describe, expect, test, vi } from 'vitest';
import { VERSION } from '../version.ts';

afterEach(() => void vi.unstubAllGlobals());

/** The module as it finds itself where `globals` are defined, and those given as undefined are not. */
async function on(globals: Record<string, unknown>): Promise<typeof import('./platform.ts')> {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  vi.resetModules();
  return import('./platform.ts');
}

async function platform(globals: Record<string, unknown>): Promise<string> {
  const headers = (await on(globals)).platformHeaders();
  const names = ['OS', 'Arch', 'Runtime', 'Runtime-Version'];
  return names.map((name) => headers[`X-Stainless-${name}`]).join(' ');
}

const node = (platform: string, arch: string): object => ({
  process: { platform, arch, version: 'v20.1.2', [Symbol.toStringTag]: 'process' },
});
const agent = (userAgent: string): object => ({ process: undefined, navigator: { userAgent } });
const deno = (os: string, version: unknown): object => ({
  Deno: { build: { os, arch: 'aarch64' }, version },
});

test.each<[object, string]>([
  [node('linux', 'x64'), 'Linux x64 node v20.1.2'],
  [node('darwin', 'arm64'), 'MacOS arm64 node v20.1.2'],
  [node('win32', 'ia32'), 'Windows other:ia32 node v20.1.2'],
  [node('openbsd', 'x86_64'), 'OpenBSD x64 node v20.1.2'],
  [node('freebsd', 'aarch64'), 'FreeBSD arm64 node v20.1.2'],
  [node('android', 'arm'), 'Android arm node v20.1.2'],
  [node('ios', 'x32'), 'iOS x32 node v20.1.2'],
  [node('SunOS', 'MIPS'), 'Other:sunos other:MIPS node v20.1.2'],
  [node('', ''), 'Unknown unknown node v20.1.2'],
  [deno('darwin', { deno: '2.1.4' }), 'MacOS arm64 deno 2.1.4'],
  [deno('windows', '9.9'), 'Other:windows arm64 deno 9.9'],
  [deno('linux', undefined), 'Linux arm64 deno unknown'],
  [{ process: undefined, EdgeRuntime: 'vercel' }, 'Unknown other:vercel edge unknown'],
  [
    agent('Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.109 Safari/537.36'),
    'Unknown unknown browser:chrome 120.0.6099',
  ],
  [
    agent('Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91'),
    'Unknown unknown browser:edge 120.0.2210',
  ],
  [
    agent('Mozilla/5.0 Chrome/64.0.3282 Safari/537.36 Edge/18.17763'),
    'Unknown unknown browser:edge 18.17763.0',
  ],
  [
    agent('Mozilla/5.0 (X11; rv:121.0) Gecko/20100101 Firefox/121.0'),
    'Unknown unknown browser:firefox 121.0.0',
  ],
  [agent('Mozilla/5.0 (Macintosh) Version/17.2.1 Safari/605.1.15'), 'Unknown unknown browser:safari 17.2.1'],
  [agent('Mozilla/5.0 (iPhone) CriOS/120.0.1 Mobile Safari/604.1'), 'Unknown unknown browser:safari 0.0.0'],
  [agent('Cloudflare-Workers'), 'Unknown unknown unknown unknown'],
  [{ process: undefined, navigator: undefined }, 'Unknown unknown unknown unknown'],
  [{ process: { platform: 'browser', env: {} }, navigator: undefined }, 'Unknown unknown unknown unknown'],
])('%j is described as "%s"', async (globals, description) => {
  expect(await platform(globals as Record<string, unknown>)).toBe(description);
});

test('the platform is looked at once, and the package says its version', async () => {
  const { platformHeaders } = await on({});
  expect(platformHeaders()).toBe(platformHeaders());
  expect(platformHeaders()).toMatchObject({
    'X-Stainless-Lang': 'js',
    'X-Stainless-Package-Version': VERSION,
  });
});

describe('readEnv', () => {
  test('a value is trimmed, and a blank one is unset', async () => {
    const { readEnv } = await on({ process: { env: { SET: '  x ', BLANK: ' \n' } } });
    expect(['SET', 'BLANK', 'MISSING'].map(readEnv)).toEqual(['x', undefined, undefined]);
  });

  test('Deno is asked where there is no process, and may refuse', async () => {
    const get = (name: string): string => {
      if (name === 'SECRET') throw new Error('requires env access');
      return ` ${name} `;
    };
    const { readEnv } = await on({ process: undefined, Deno: { env: { get } } });
    expect([readEnv('A'), readEnv('SECRET')]).toEqual(['A', undefined]);
  });

  test('without either nothing is set', async () => {
    expect((await on({ process: undefined })).readEnv('PATH')).toBeUndefined();
  });
});

describe('isRunningInBrowser', () => {
  class WorkerGlobalScope {}
  class WorkerNavigator {
    userAgent = 'x';
  }
  const worker = {
    process: undefined,
    window: undefined,
    WorkerGlobalScope,
    WorkerNavigator,
    self: new WorkerGlobalScope(),
    navigator: new WorkerNavigator(),
  };
  const cloudflare = Object.assign(new WorkerNavigator(), { userAgent: 'Cloudflare-Workers' });
  const nodeProcess = { [Symbol.toStringTag]: 'process' };

  test.each<[string, object, boolean]>([
    ['a page', { window: { document: {} }, navigator: {} }, true],
    ['a window without a document', { window: {}, navigator: {} }, false],
    ['a worker of a page', worker, true],
    ['a worker with a bundled process', { ...worker, process: { env: {} } }, true],
    ['a Deno worker', { ...worker, Deno: {} }, false],
    ['a Bun worker', { ...worker, Bun: {} }, false],
    ['an edge runtime', { ...worker, EdgeRuntime: 'edge' }, false],
    ['a Cloudflare worker', { ...worker, navigator: cloudflare }, false],
    ['a Node with the globals of a worker', { ...worker, process: nodeProcess }, false],
    ['Node', {}, false],
  ])('%s', async (_where, globals, browser) => {
    expect((await on(globals as Record<string, unknown>)).isRunningInBrowser()).toBe(browser);
  });
});
