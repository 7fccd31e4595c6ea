// The page when there is nothing to show: no completions, no key, no server, another server.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds, newest, several } from './records.ts';
import { launchBrowser, openTab, rowOf, startSite } from './support.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

test('the first visit shows how to make a completion, which then appears', async () => {
  const site = await startSite(browser, []);
  const { page, close } = await site.open();
  await page.getByText('Nothing is stored yet').waitFor();
  expect(await page.locator('pre').first().innerText()).toContain(`curl ${site.server.url}/chat/completions`);
  const body = await page.locator('pre').first().innerText();
  const [, json = ''] = /-d '([^]*)'/.exec(body) ?? [];
  const headers = { 'content-type': 'application/json' };
  await fetch(`${site.server.url}/chat/completions`, { method: 'POST', headers, body: json });
  await page.locator('.rows').getByText('Hello', { exact: true }).waitFor();
  await close();
  await site.close();
});

test('a key is asked for once, and kept in the tab', async () => {
  const site = await startSite(browser, kinds, { apiKeys: ['sk-right'] });
  const { page, close } = await site.open();
  await page.getByText('This server needs an API key').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('key');
  await page.keyboard.type('sk-wrong');
  await page.keyboard.press('Enter');
  await page.getByText('Incorrect API key provided').waitFor();
  await page.getByLabel('API key').fill('sk-right');
  await page.getByRole('button', { name: 'Continue' }).click();
  await rowOf(page, 'chatcmpl-tools').waitFor();
  await page.reload();
  await rowOf(page, 'chatcmpl-tools').waitFor();
  expect(await page.evaluate(() => localStorage.length + document.cookie.length)).toBe(0);
  const other = await site.open();
  await other.page.getByText('This server needs an API key').waitFor();
  await other.close();
  await close();
  await site.close();
});

test('says that the server is gone, and goes on when it is back', async () => {
  const site = await startSite(browser, kinds);
  const { port } = site.server;
  const { page, close } = await site.open();
  await rowOf(page, 'chatcmpl-tools').waitFor();
  const api = `http://127.0.0.1:${port}/v1/**`;
  await page.route(api, (route) => route.abort('connectionrefused'));
  await page.locator('.status').getByText('The server cannot be reached').waitFor();
  expect(await rowOf(page, 'chatcmpl-tools').count()).toBe(1);
  await page.reload();
  await page.getByText('The server cannot be reached').waitFor();
  await page.getByText('the page tries again by itself').waitFor();
  await page.unroute(api);
  await rowOf(page, 'chatcmpl-tools').waitFor();
  await close();
  await site.close();
});

test('shows an error of the server, and tries again when asked', async () => {
  const site = await startSite(browser, kinds);
  const tab = await openTab(browser, 'about:blank');
  const { page, close } = tab;
  const error = {
    error: { message: 'The database is on holiday.', type: 'server_error', param: null, code: null },
  };
  await page.route('**/v1/**', (route) => route.fulfill({ status: 500, json: error }));
  await page.goto(site.server.pageURL);
  await page.getByText('The database is on holiday.').waitFor();
  await page.unroute('**/v1/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowOf(page, 'chatcmpl-tools').waitFor();
  await close();
  await site.close();
});

test('another server, which knows neither filters by time nor timings, works below a path', async () => {
  const site = await startSite(browser, [...kinds, ...several(150, 8_000)]);
  const { proxy, url } = await otherServer(site.server.pageURL);
  const tab = await openTab(browser, `${url}tools/?last=1h`);
  const { page } = tab;
  await page.getByText('This server does not filter by time').waitFor();
  await page.getByText(/of the \d+ completions that it has loaded/).waitFor();
  await page.getByText('7 completions').waitFor();
  expect(await rowOf(page, 'chatcmpl-tools').innerText()).toMatch(/412 → 29\s+–\s+–/);
  await page.getByLabel('Time').selectOption('');
  await page.getByText('100 loaded completions').waitFor();
  expect(newest).toBeGreaterThan(0);
  await tab.close();
  proxy.closeAllConnections();
  proxy.close();
  await site.close();
});

/** The page and the API below `/tools/`, as a server without our extensions would serve them. */
async function otherServer(target: string): Promise<{ proxy: Server; url: string }> {
  const proxy = createServer((request, response) => {
    const serve = async (): Promise<unknown> => {
      const path = (request.url ?? '/').replace(/^\/tools\//, '');
      if (/created_(after|before)/.test(path)) {
        const message = "Unknown parameter: 'created_after'.";
        response.writeHead(400, { 'content-type': 'application/json' });
        return response.end(
          JSON.stringify({ error: { message, type: 'invalid_request_error', param: 'created_after' } }),
        );
      }
      const answer = await fetch(new URL(path, target), { headers: { 'accept-encoding': 'identity' } });
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, {
        'content-type': type,
        'content-security-policy': answer.headers.get('content-security-policy') ?? '',
      });
      if (!type.includes('json')) return response.end(new Uint8Array(await answer.arrayBuffer()));
      const known = (key: string, value: unknown): unknown => (key === 'colloquy' ? undefined : value);
      return response.end(JSON.stringify(await answer.json(), known));
    };
    // The page polls until its tab is gone, so the server may end in the middle of a response.
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/` };
}
