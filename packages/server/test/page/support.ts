/** A browser, a server with stored completions, and the page of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as launcher, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { chromium } from '../../../client/scripts/runtimes/binaries.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/index.ts';
import { CompletionStore, type StoreRecord } from '../../src/store/completions.ts';
import { openDatabase } from '../../src/store/database.ts';
import { models } from './models.ts';

/** The browser of the system. Where there is none, one is installed with apt as root or in CI; else this says what to install. */
export function launchBrowser(): Promise<Browser> {
  return launcher.launch({ executablePath: chromium(), args: ['--no-sandbox'] });
}

export interface Site {
  server: RunningServer;
  /** Opens the page in a tab of its own, which fails the test when the page logs an error. */
  open(query?: string, options?: BrowserContextOptions): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  page: Page;
  /** Errors that the page logged or threw, and what its policy refused. */
  errors: string[];
  /** Requests to anywhere but the server. */
  elsewhere: string[];
  close(): Promise<void>;
}

/** A server whose database holds these completions. They are inserted through the store, which is quicker than requests. */
export async function startSite(
  browser: Browser,
  records: readonly StoreRecord[],
  options: ServerOptions = {},
): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-page-'));
  const db = join(folder, 'completions.db');
  await seed(db, records);
  const server = await startServer({ port: 0, db, logRequests: false, models, ...options });
  return {
    server,
    open: (query = '', given = {}) => openTab(browser, server.pageURL + query, given),
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function seed(path: string, records: readonly StoreRecord[]): Promise<void> {
  const db = await openDatabase(path);
  const store = new CompletionStore(db);
  await Promise.all(records.map((record) => store.insert(record)));
  await db.destroy();
}

export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  const elsewhere: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (/^https?:$/.test(target.protocol) && target.origin !== new URL(url).origin)
      elsewhere.push(request.url());
  });
  await page.goto(url);
  return { page, errors, elsewhere, close: () => context.close() };
}

/** The rows in sight, as the texts of their cells. */
export function rowsOf(page: Page): Promise<string[]> {
  return page.locator('.rows [role=row]').allInnerTexts();
}

/** The row of a completion. */
export const rowOf = (page: Page, id: string) => page.locator(`[role=row][id="row-${id}"]`);
