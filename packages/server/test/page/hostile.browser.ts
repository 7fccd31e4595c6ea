// What a model wrote is never run or loaded by itself, wherever it stands.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoreRecord } from '../../src/store/completions.ts';
import { record } from './records.ts';
import { launchBrowser, rowOf, startSite, type Site } from './support.ts';

const script = '<script>window.hit = 1</script>';
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hit = 1"><script>window.hit = 1</script></svg>';

/** Each is a text that would run or load something, were it HTML or were its address opened. */
const texts = [
  script,
  '<img src=x onerror="window.hit = 1">',
  '<img src="http://elsewhere.example/pixel.png">',
  svg,
  '<iframe srcdoc="<script>parent.hit = 1</script>"></iframe>',
  '<style>@import "http://elsewhere.example/a.css"; body { display: none }</style>',
  '<a href="javascript:window.hit = 1">click</a>',
  '<form action="http://elsewhere.example"><button>send</button></form>',
  '<details open ontoggle="window.hit = 1">',
  '[click](javascript:window.hit=1)',
  '[click](JaVaScRiPt:window.hit=1)',
  '[click](java\tscript:window.hit=1)',
  '[click](java&#115;cript:window.hit=1)',
  '[click](%6Aavascript:window.hit=1)',
  '[click](&#x6A;avascript:window.hit=1)',
  '[click](vbscript:window.hit=1)',
  '[click](data:text/html,<script>window.hit=1</script>)',
  '[click][ref]\n\n[ref]: javascript:window.hit=1',
  '<javascript:window.hit=1>',
  '![picture](http://elsewhere.example/pixel.png)',
  '![picture](javascript:window.hit=1)',
  '![x](data:text/html,<script>window.hit=1</script>)',
  `![svg](data:image/svg+xml,${encodeURIComponent(svg)})`,
  '```html\n<script>window.hit = 1</script>\n```',
  '```"><img src=x onerror=window.hit=1>\ncode\n```',
  '| <img src=x onerror=window.hit=1> |\n| --- |\n| [x](javascript:window.hit=1) |',
  '{{constructor.constructor("window.hit = 1")()}}',
  '</script><script>window.hit = 1</script>',
  '\u202Egpj.exe [a](http://elsewhere.example "onclick=alert(1)")',
];

/** Texts that take the parser of Markdown long, or that nest deep. */
const slow = [
  '[a](b'.repeat(4_000),
  '['.repeat(20_000),
  '> '.repeat(10_000),
  '*a '.repeat(7_000),
  `${'{"a":['.repeat(3_000)}1${']}'.repeat(3_000)}`,
  'x'.repeat(1_000_000),
];

const pairs = Object.fromEntries(
  texts.slice(0, 12).map((text, index) => [`${index} ${text.slice(0, 60)}`, text]),
);

const records: StoreRecord[] = [
  ...texts.map((text, index) =>
    record({
      id: `chatcmpl-text-${index}`,
      age: index,
      messages: [
        { role: 'user', content: text },
        {
          role: text as string,
          content: [
            { type: text, text },
            { type: 'text', text },
          ],
        },
      ],
      reply: { content: text, reasoning_content: text, refusal: text },
    }),
  ),
  record({
    id: 'chatcmpl-metadata',
    age: 100,
    metadata: { ...pairs, ['__proto__']: script, constructor: svg },
  }),
  record({ id: 'chatcmpl-model', age: 101, model: `${script}${svg}`, finish: script }),
  record({
    id: 'chatcmpl-call',
    age: 102,
    messages: [
      { role: 'tool', tool_call_id: 'none', content: svg } as { role: string },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'javascript:window.hit=1' } }] },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'http://elsewhere.example/a.png' } }],
      },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: `data:image/svg+xml,${encodeURIComponent(svg)}` } }],
      },
    ],
    reply: {
      tool_calls: [
        {
          id: svg,
          type: 'function',
          function: { name: script, arguments: JSON.stringify({ [script]: svg }) },
        },
        {
          id: 'b',
          type: 'function',
          function: { name: 'constructor', arguments: `{"__proto__": "${script}` },
        },
      ],
    },
  }),
  ...slow.map((text, index) =>
    record({
      id: `chatcmpl-slow-${index}`,
      age: 200 + index,
      messages: [{ role: 'user', content: text }],
      reply: text,
    }),
  ),
  // Shapes that no API sends.
  record({
    id: 'chatcmpl-odd',
    age: 300,
    messages: [{ role: 'user', content: 7 }, { role: 'user' }],
    reply: { content: { a: 1 } },
  }),
];

let browser: Browser;
let site: Site;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await startSite(browser, records);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('nothing that was stored runs, and nothing is loaded from elsewhere', async () => {
  const tab = await site.open('', { viewport: { width: 1600, height: 900 } });
  const { page } = tab;
  await rowOf(page, 'chatcmpl-text-0').waitFor();
  for (const { completion } of records) {
    await page.keyboard.press('j');
    if (completion === records[0]!.completion) await page.keyboard.press('Enter');
    await page.locator('.drawer[aria-busy=false]').waitFor();
    expect(await page.locator('.drawer h2').first().innerText()).toBe(completion.id);
    await page.locator('.drawer .conversation').waitFor();
    await expect.poll(() => page.locator('.plain.hidden').count()).toBe(0);
    // Whatever can be opened is opened, and every link is a harmless one.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const links = await page
      .locator('.drawer a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.filter((href) => !/^(https?|mailto):/.test(href))).toEqual([]);
  }
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  expect(
    await page.locator('.drawer :is(script, iframe, form:not(.metadata-form), style, svg)').count(),
  ).toBe(0);
  expect(tab.elsewhere).toEqual([]);
  expect(tab.errors).toEqual([]);
  expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
  await tab.close();
});

test('a text that would stop the parser does not stop the page', async () => {
  const tab = await site.open('?id=chatcmpl-slow-0');
  const { page } = tab;
  await page.locator('.drawer .plain:not(.hidden)').first().waitFor();
  // The worker is still busy: the page is not.
  await page.keyboard.press('j');
  await expect.poll(() => page.locator('.drawer h2').first().innerText()).toBe('chatcmpl-slow-1');
  await page.locator('.drawer .conversation').waitFor();
  expect(tab.errors).toEqual([]);
  await tab.close();
});

test('metadata with the names of a prototype is shown and edited like any other', async () => {
  const tab = await site.open('?id=chatcmpl-metadata');
  const { page } = tab;
  await page.locator('.drawer').getByText('__proto__').waitFor();
  await page.getByRole('button', { name: 'Edit metadata' }).click();
  await page.getByLabel('Value 1', { exact: true }).fill('changed');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit metadata' }).waitFor();
  await page.locator('.drawer').getByText('__proto__').waitFor();
  expect(tab.errors).toEqual([]);
  await tab.close();
});

test('the policy refuses what the page does not need', async () => {
  const response = await fetch(site.server.pageURL);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  const tab = await site.open();
  const refused = await tab.page.evaluate(async () => {
    const tries: Record<string, () => unknown> = {
      html: () => (document.body.innerHTML = '<b>text</b>'),
      script: () => (document.createElement('script').text = '1'),
    };
    const results: Record<string, string> = {};
    for (const [name, run] of Object.entries(tries)) {
      try {
        run();
        results[name] = 'allowed';
      } catch (error) {
        results[name] = (error as Error).name;
      }
    }
    results['fetch'] = await fetch('http://elsewhere.example/').then(
      () => 'allowed',
      (error: Error) => error.name,
    );
    return results;
  });
  expect(refused).toEqual({ html: 'TypeError', script: 'TypeError', fetch: 'TypeError' });
  await tab.close();
});
