// Every view in three widths and both schemes: axe-core finds nothing serious, and nothing is cut off at the side. The
// screenshots are in .colloquy/page, to be looked at; docs/images has copies of two.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds, several } from './records.ts';
import { launchBrowser, startSite, type Site } from './support.ts';

const folder = resolve(import.meta.dirname, '../../../../.colloquy/page');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface View {
  query: string;
  site?: 'empty' | 'locked';
  prepare: (page: Page) => Promise<unknown>;
}

const wait = (text: string) => (page: Page) => page.getByText(text).first().waitFor();

const views: Record<string, View> = {
  list: { query: '', prepare: wait('How should a client make retries?') },
  markdown: { query: '?id=chatcmpl-retries', prepare: wait('Waits at most') },
  tools: {
    query: '?id=chatcmpl-tools',
    async prepare(page) {
      await wait('wind:')(page);
      await page.locator('.drawer summary').filter({ hasText: 'Parameters' }).click();
      await page.locator('.drawer').getByText('JSON', { exact: true }).click();
    },
  },
  pictures: { query: '?id=chatcmpl-picture', prepare: wait('Both show mountains') },
  metadata: {
    query: '?id=chatcmpl-choices',
    async prepare(page) {
      await page.getByRole('button', { name: 'Edit metadata' }).click();
      await page.getByLabel('Key 1').fill('');
      await page.getByText('A pair needs a key.').waitFor();
    },
  },
  selection: {
    query: '?metadata[env]=production&last=24h',
    async prepare(page) {
      await page.getByText('How should a client make retries?').waitFor();
      await page.locator('.rows').getByRole('checkbox').first().check();
      await page.getByText('1 completion selected').waitFor();
    },
  },
  question: {
    query: '?id=chatcmpl-refusal',
    async prepare(page) {
      await page.locator('.drawer').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('cannot be undone').waitFor();
    },
  },
  help: {
    query: '',
    async prepare(page) {
      await page.getByText('How should a client make retries?').waitFor();
      await page.keyboard.press('?');
      await page.getByText('Next and previous completion').waitFor();
    },
  },
  nothing: { query: '?model=none', prepare: wait('Nothing fits') },
  first: { query: '', site: 'empty', prepare: wait('Nothing is stored yet') },
  key: { query: '', site: 'locked', prepare: wait('needs an API key') },
};

let browser: Browser;
const sites: Record<string, Site> = {};
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await launchBrowser();
  sites['full'] = await startSite(browser, [...kinds, ...several(120)]);
  sites['empty'] = await startSite(browser, []);
  sites['locked'] = await startSite(browser, [], { apiKeys: ['sk-any'] });
});
afterAll(async () => {
  await browser?.close();
  for (const site of Object.values(sites)) await site.close();
});

const sizes = [
  [360, 740],
  [1280, 800],
  [2560, 1300],
] as const;

describe.each(Object.entries(views))('%s', (name, { query, site = 'full', prepare }) => {
  test.each(sizes)('at %i by %i', async (width, height) => {
    const tab = await sites[site]!.open(query, { viewport: { width, height }, reducedMotion: 'reduce' });
    const { page } = tab;
    await prepare(page);
    await expect.poll(() => page.locator('.plain.hidden').count()).toBe(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      // The widest view has nothing that the others have not, and colors do not depend on the width.
      if (width === 1280 || (width === 360 && colorScheme === 'light'))
        expect(await seriousProblems(page)).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(tab.errors.filter((text) => !/401/.test(text))).toEqual([]);
    await tab.close();
  });
});

interface Axe {
  run(
    options: object,
  ): Promise<{ violations: { id: string; impact: string | null; nodes: { html: string }[] }[] }>;
}

/** What axe-core finds in every view: how bad, which rule, and where. */
async function seriousProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await source());
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

let text: string | undefined;

/** As a script that is evaluated from outside of the page, which its policy allows. */
async function source(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return (text ??= await readFile(axe, 'utf8'));
}
