// A list of 100,000 completions stays quick: no task of the page takes more than 50 ms of the CPU while one scrolls.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../../src/index.ts';
import { atOnce } from '../../src/slices.ts';
import { openDatabase } from '../../src/store/database.ts';
import { encodeRecord } from '../../src/store/rows.ts';
import { insertRows } from '../../src/store/writes.ts';
import { slowness } from '../support/stalls.ts';
import { several } from './records.ts';
import { launchBrowser, models, openTab, rowsOf } from './support.ts';

const number = 100_000;

let browser: Browser;
let folder: string;
let server: RunningServer;
beforeAll(async () => {
  browser = await launchBrowser();
  folder = mkdtempSync(join(tmpdir(), 'colloquy-page-'));
  const db = join(folder, 'completions.db');
  await fill(db);
  server = await startServer({ port: 0, db, logRequests: false, models });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

async function fill(path: string): Promise<void> {
  const db = await openDatabase(path);
  const records = several(number).map((record) => atOnce(encodeRecord('default', record)));
  await db.transaction().execute(async (trx) => {
    for (let start = 0; start < number; start += 500)
      await insertRows(trx, db.kind, records.slice(start, start + 500));
  });
  await db.destroy();
}

test('100,000 completions are scrolled without a task over 50 ms', { timeout: 300_000 }, async () => {
  const tab = await openTab(browser, server.pageURL);
  const { page } = tab;
  await page.getByText('100 loaded completions').waitFor();
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  const started = performance.now();
  await page.evaluate(scrollToTheEnd, number);
  const loadedMs = performance.now() - started;
  await page.getByText('100,000 completions').waitFor();
  // Once more from the top, now that all are there, in steps that no row in sight survives.
  await page.evaluate(async () => {
    const table = document.querySelector('.table')!;
    table.scrollTop = 0;
    const step = table.scrollHeight / 300;
    for (let frame = 0; frame < 300; frame++) {
      table.scrollTop += step;
      await new Promise(requestAnimationFrame);
    }
  });
  const longest = longestTask(JSON.parse((await browser.stopTracing()).toString()));
  const isSlower = slowness();
  console.log(
    `Scrolled through ${number} completions in ${(loadedMs / 1000).toFixed(1)} s: the longest task took ` +
      `${longest.toFixed(1)} ms of the CPU, which here is ${isSlower.toFixed(1)} times slower than when the limit was set.`,
  );
  expect(longest).toBeGreaterThan(0);
  expect(longest).toBeLessThan(50 * isSlower);
  await expect.poll(async () => (await rowsOf(page)).at(-1)).toContain('After 99999 comes 100000.');
  expect(await page.locator('.rows [role=row]').count()).toBeLessThan(80);
  expect(tab.errors).toEqual([]);
  await tab.close();
});

/** In the page: three screens a frame, waiting for pages of the list where they are not there yet. */
async function scrollToTheEnd(rows: number): Promise<void> {
  const table = document.querySelector('.table')!;
  while (table.getAttribute('aria-rowcount') !== String(rows + 1)) {
    table.scrollTop += table.clientHeight * 3;
    await new Promise(requestAnimationFrame);
  }
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds that the thread ran, which other processes do not add to. */
  tdur?: number;
  args: { name?: string };
}

/** The longest task of the main thread of any page, in milliseconds of the CPU. */
function longestTask({ traceEvents }: { traceEvents: TraceEvent[] }): number {
  const isMain = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && isMain.has(`${pid} ${tid}`));
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
