// A list of 100,000 completions stays quick: no frame has more than 50 ms of script while one scrolls.
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
import { models } from './models.ts';
import { launchBrowser, openTab, rowsOf } from './support.ts';

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

test(
  '100,000 completions are scrolled without a frame over 50 ms of script',
  { timeout: 600_000 },
  async () => {
    const tab = await openTab(browser, server.pageURL);
    const { page } = tab;
    await page.getByText('100 loaded completions').waitFor();
    const started = performance.now();
    // A trace of all would be too long; pages that arrive late are the most work.
    await page.evaluate(scrollUntil, number - 2_000);
    await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
    await page.evaluate(scrollUntil, number);
    const loadedMs = performance.now() - started;
    await page.getByText('100,000 completions').waitFor();
    // Once more from the top, now that all are there, in steps that no row in sight survives.
    await page.evaluate(async () => {
      const table = document.querySelector('.table')!;
      table.scrollTop = 0;
      const step = table.scrollHeight / 200;
      for (let frame = 0; frame < 200; frame++) {
        table.scrollTop += step;
        await new Promise(requestAnimationFrame);
      }
    });
    const longest = longestScript(JSON.parse((await browser.stopTracing()).toString()));
    const isSlower = slowness();
    console.log(
      `Scrolled through ${number} completions in ${(loadedMs / 1000).toFixed(1)} s: the most script of a frame took ` +
        `${longest.toFixed(1)} ms of the CPU, which here is ${isSlower.toFixed(1)} times slower than when the limit was set.`,
    );
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(50 * isSlower);
    await expect.poll(async () => (await rowsOf(page)).at(-1)).toContain('After 99999 comes 100000.');
    expect(await page.locator('.rows [role=row]').count()).toBeLessThan(80);
    expect(tab.errors).toEqual([]);
    await tab.close();
  },
);

/** In the page: to the end of what is loaded, in every frame, until so many are. */
async function scrollUntil(rows: number): Promise<void> {
  const table = document.querySelector('.table')!;
  const loaded = (): number => Number(document.querySelector('.status')!.textContent.replaceAll(/\D/g, ''));
  while (loaded() < rows) {
    table.scrollTop = 1e9;
    await new Promise(requestAnimationFrame);
  }
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** When it began, and how long it lasted, in microseconds. */
  ts: number;
  dur?: number;
  /** Microseconds that the thread ran, which other processes do not add to. */
  tdur?: number;
  args: { name?: string };
}

/** The most that the functions of the page ran in one task, such as that of a frame, in milliseconds of the CPU. */
function longestScript({ traceEvents }: { traceEvents: TraceEvent[] }): number {
  const isMain = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const events = traceEvents
    .filter(({ name, pid, tid }) => isMain.has(`${pid} ${tid}`) && /^(RunTask|FunctionCall)$/.test(name))
    .sort((a, b) => a.ts - b.ts);
  let longest = 0;
  let sum = 0;
  let end = 0;
  for (const { name, ts, dur = 0, tdur = 0 } of events) {
    if (name === 'RunTask') sum = 0;
    else if (ts >= end) {
      // A call within another one is part of it.
      end = ts + dur;
      sum += tdur;
      longest = Math.max(longest, sum);
    }
  }
  return longest / 1000;
}
