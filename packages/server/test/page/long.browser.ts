// What is long or wide can be read as a whole, on a narrow screen too.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from './records.ts';
import { launchBrowser, startSite, type Site } from './support.ts';

const row = (cell: string): string =>
  `| ${Array.from({ length: 14 }, (_, n) => `${cell} ${n}`).join(' | ')} |`;

let browser: Browser;
let site: Site;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await startSite(browser, [
    record({
      id: 'chatcmpl-long',
      reply: [row('Column'), `|${'---|'.repeat(14)}`, row('a value that is long')].join('\n'),
      finish: 'a_finish_reason_that_no_server_of_the_api_sends_today',
      metadata: {
        [`key-${'k'.repeat(60)}`]: 'value '.repeat(80),
        [`other-${'o'.repeat(40)}`]: 'v'.repeat(500),
      },
    }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test.each([360, 1280])('long metadata, finish reasons and wide tables at %i', async (width) => {
  const tab = await site.open('?id=chatcmpl-long', { viewport: { width, height: 800 } });
  const { page } = tab;
  await page.locator('.drawer .markdown table').waitFor();
  const cut = await page
    .locator('.drawer .pairs .chip, .drawer .turn > header > *')
    .evaluateAll((all) =>
      all
        .filter(
          (one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth,
        )
        .map((one) => one.textContent),
    );
  expect(cut.filter((text) => text !== 'Copy' && text !== 'Assistant' && text !== 'User')).toEqual([]);
  // No word of a cell is cut: the table scrolls.
  const narrowest = await page
    .locator('.drawer .markdown td')
    .evaluateAll((cells) => Math.min(...cells.map((cell) => cell.clientWidth)));
  expect(narrowest).toBeGreaterThan(50);
  expect(tab.errors).toEqual([]);
  await tab.close();
});
