// What is long, wide, spoken or written from right to left can be read as a whole, on a narrow screen too.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from './records.ts';
import { launchBrowser, startSite, type Site } from './support.ts';

const row = (cell: string): string =>
  `| ${Array.from({ length: 14 }, (_, n) => `${cell} ${n}`).join(' | ')} |`;

/** A WAV file without a sample. */
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

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
    record({
      id: 'chatcmpl-arabic',
      age: 5,
      messages: [{ role: 'user', content: 'لماذا السماء زرقاء?' }],
      reply: '1. الضوء **الأزرق**.\n2. ثانياً.\n\nIn English, too.\n\n```\nif (a) b();\n```',
    }),
    record({
      id: 'chatcmpl-spoken',
      age: 6,
      reply: { audio: { id: 'a', data: silence, transcript: 'It says hello.' } },
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
  const table = page.locator('.drawer .markdown table');
  const hidden = await table.evaluate((element) => element.scrollWidth - element.clientWidth);
  if (width === 360) expect(hidden).toBeGreaterThan(0);
  await table.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => table.evaluate((element) => element.scrollLeft > 0)).toBe(hidden > 0);
  expect(tab.errors).toEqual([]);
  await tab.close();
});

test('text from right to left begins at the right, and other text beside it at the left', async () => {
  const tab = await site.open('?id=chatcmpl-arabic', { viewport: { width: 1280, height: 800 } });
  const { page } = tab;
  const reply = page.locator('.turn.reply .markdown');
  /** Which side of `selector` its first line begins at: the last letter of a line is at the other one. */
  const sideOf = (selector: string): Promise<string> =>
    reply.locator(selector).evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const [text, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
      return text.left - box.left > box.right - text.right ? 'right' : 'left';
    });
  await reply.waitFor();
  expect(await sideOf('li >> nth=0')).toBe('right');
  expect(await sideOf('p')).toBe('left');
  expect(await sideOf('pre')).toBe('left');
  await tab.close();
});

test.each([
  ['SUQzBA', 'mpeg'],
  ['//uQAA', 'mpeg'],
  ['//FQAA', 'aac'],
  ['T2dnUw', 'ogg'],
  ['ZkxhQw', 'flac'],
])('audio that begins with %s is played as %s', async (data, format) => {
  const other = await startSite(browser, [
    record({ id: 'chatcmpl-audio', reply: { audio: { id: 'a', data } } }),
  ]);
  const tab = await other.open('?id=chatcmpl-audio');
  const audio = tab.page.locator('.turn.reply audio');
  expect(await audio.getAttribute('src')).toBe(`data:audio/${format};base64,${data}`);
  await tab.close();
  await other.close();
});

test('a spoken reply has its transcript in the list, and can be listened to', async () => {
  const tab = await site.open('?id=chatcmpl-spoken', { viewport: { width: 1280, height: 800 } });
  const { page } = tab;
  await page.locator('.turn.reply').getByText('It says hello.').waitFor();
  expect(await page.locator('.rows [id="row-chatcmpl-spoken"] .output').innerText()).toBe('It says hello.');
  await expect
    .poll(() => page.locator('.turn.reply audio').evaluate((audio: HTMLAudioElement) => audio.readyState))
    .toBeGreaterThan(0);
  expect(tab.errors).toEqual([]);
  await tab.close();
});
