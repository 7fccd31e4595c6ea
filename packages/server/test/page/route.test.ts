// How the files of the page are served.
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readPageFiles } from '../../src/http/page-files.ts';
import { lazyStore } from '../../src/store/lazy.ts';
import { models } from './models.ts';

const files = readPageFiles();
const store = lazyStore();
const app = createApp({ store, models, page: files, config: { apiKeys: ['sk-right'] } });
const paths = [...(files?.keys() ?? [])];

const get = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  app.fetch(new Request(`http://127.0.0.1${path}`, { method, headers }));

it('has a document, a style, and scripts', () => {
  expect(paths).toContain('/');
  for (const type of ['css', 'js', 'svg'])
    expect(paths.join(' ')).toMatch(new RegExp(`/assets/\\S+\\.${type}\\b`));
});

it.each(paths)(
  'serves %s without a key, with a strict policy, to be kept as long as it may',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toMatch(path === '/' ? /^no-cache$/ : /immutable/);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; .*frame-ancestors 'none'/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const etag = response.headers.get('etag')!;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get(path, { 'if-none-match': known });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  },
);

it.each(['gzip', 'br, gzip;q=0.5', '*'])('sends gzip to who accepts %s', async (accepted) => {
  const plain = new Uint8Array(await (await get('/')).arrayBuffer());
  const response = await get('/', { 'accept-encoding': accepted });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('vary')).toContain('accept-encoding');
  expect(new Uint8Array(gunzipSync(await response.arrayBuffer()))).toEqual(plain);
});

it.each(['', 'identity', 'gzip;q=0', 'br'])('sends no gzip to who accepts %j', async (accepted) => {
  expect((await get('/', { 'accept-encoding': accepted })).headers.get('content-encoding')).toBeNull();
});

it('answers HEAD, refuses other methods, and serves nothing else of the folder', async () => {
  expect((await get('/', {}, 'HEAD')).status).toBe(200);
  expect((await get('/', {}, 'POST')).status).toBe(405);
  for (const path of ['/assets/', '/assets/none.js', '/assets/..%2findex.html', '/index.html'])
    expect((await get(path)).status).toBeGreaterThanOrEqual(401);
});

it('is not there in an app that was not given one', async () => {
  expect((await createApp({ store, models }).fetch(new Request('http://127.0.0.1/'))).status).toBe(404);
});
