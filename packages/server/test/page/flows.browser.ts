// What a person does on the page, against a real server.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'colloquy';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { kinds, newest, record, several } from './records.ts';
import { launchBrowser, rowOf, rowsOf, startSite, type Site, type Tab } from './support.ts';

// The server runs in this process, so nothing may block it.
const run = promisify(execFile);

let browser: Browser;
let site: Site;
let tab: Tab;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
  site = await startSite(browser, [...kinds, ...several(250), ...changed]);
});
afterEach(() => tab?.close());
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Completions that tests change or delete, older than the others. */
const changed = ['edited', 'filled', 'doomed', 'after', 'first', 'second', 'third'].map((name, index) =>
  record({
    id: `chatcmpl-${name}`,
    age: 900_000 + index,
    messages: [{ role: 'user', content: `The ${name} one` }],
    metadata: { env: 'changed', team: 'search' },
  }),
);

async function open(query = '', options: Parameters<Site['open']>[1] = {}): Promise<void> {
  tab = await site.open(query, options);
  ({ page } = tab);
}

/** A client of the same server, for what happens beside the page. */
const client = (): OpenAI => new OpenAI({ baseURL: site.server.url, apiKey: 'any' });

const drawer = () => page.locator('.drawer');
const chip = (name: string) => page.locator('.filters').getByRole('button', { name });

describe('the list', () => {
  test('shows time, model, both texts, tokens, timings, finish reason and metadata', async () => {
    await open();
    await rowOf(page, 'chatcmpl-tools').getByText('What should I wear in Oslo tomorrow?').waitFor();
    const row = rowOf(page, 'chatcmpl-tools');
    const cells = await row.locator('[role=gridcell]').allInnerTexts();
    expect(cells.slice(2)).toEqual([
      'llama3.1:8b',
      'What should I wear in Oslo tomorrow?',
      expect.stringContaining('A warm coat, gloves and a hat'),
      '412 → 29',
      '640 ms',
      '3.91 s',
      'stop',
      expect.stringMatching(/env\s*production\s*team\s*travel/),
    ]);
    expect(cells[1]).toMatch(/\d\d:\d\d/);
    expect(await rowOf(page, 'chatcmpl-call').innerText()).toContain('get_weather({"city":"Oslo","days":2})');
    expect(await rowOf(page, 'chatcmpl-refusal').innerText()).toContain('I cannot help with that.');
    expect(tab.errors).toEqual([]);
  });

  test('loads pages as one scrolls, and says how many there are', async () => {
    await open();
    await page.getByText('100 loaded completions').waitFor();
    const end = page.getByText('265 completions');
    while ((await end.count()) === 0) {
      await page.locator('.table').evaluate((table) => (table.scrollTop = table.scrollHeight));
      await page.waitForTimeout(50);
    }
    await page.locator('.table').evaluate((table) => (table.scrollTop = table.scrollHeight));
    await rowOf(page, 'chatcmpl-third').waitFor();
    expect(await page.locator('.rows [role=row]').count()).toBeLessThan(80);
  });

  test('a click on a chip filters, and the address brings the same list back', async () => {
    await open();
    await rowOf(page, 'chatcmpl-tools').getByRole('button', { name: 'travel' }).click();
    await page.getByText('2 completions').waitFor();
    expect(new URL(page.url()).searchParams.get('metadata[team]')).toBe('travel');
    await page.locator('.filters input').fill('llama3.1:8b');
    await page.keyboard.press('Enter');
    await page.getByText('1 completion', { exact: true }).waitFor();
    const address = page.url();
    await tab.close();

    await open(new URL(address).search);
    await page.getByText('1 completion', { exact: true }).waitFor();
    expect(await rowsOf(page)).toEqual([expect.stringContaining('A warm coat')]);
    await chip('model').click();
    await page.getByText('2 completions').waitFor();
    await page.goBack();
    await page.getByText('1 completion', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('100 loaded completions').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('filters by time, in spans and between two moments', async () => {
    await open();
    await page.getByLabel('Time').selectOption('15m');
    await page.getByText('7 completions').waitFor();
    expect(new URL(page.url()).searchParams.get('last')).toBe('15m');
    await tab.close();

    await open(`?created_after=${newest - 10}&created_before=${newest}`);
    await page.getByText('2 completions').waitFor();
    expect(await rowsOf(page)).toEqual([
      expect.stringContaining('A warm coat'),
      expect.stringContaining('get_weather'),
    ]);
  });

  test('says that nothing fits, and how to see more', async () => {
    await open('?model=none');
    await page.getByText('Nothing fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('100 loaded completions').waitFor();
  });
});

describe('the drawer', () => {
  test('renders Markdown, with code that can be copied', async () => {
    await open('?id=chatcmpl-retries', { permissions: ['clipboard-read', 'clipboard-write'] });
    await drawer().getByRole('heading', { name: 'How to retry' }).waitFor();
    expect(await drawer().locator('.markdown strong').innerText()).toBe('jitter');
    expect(await drawer().locator('.markdown table tr').count()).toBe(3);
    await drawer().locator('.code').getByRole('button', { name: 'Copy' }).click();
    await drawer().getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^export function delay\(/);
    expect(await drawer().locator('.facts').innerText()).toMatch(
      /gpt-4o-mini[^]*31 in, 164 out[^]*180 ms[^]*1\.24 s/,
    );
  });

  test('shows a call of a tool beside its result', async () => {
    await open('?id=chatcmpl-tools', { viewport: { width: 1600, height: 900 } });
    const call = drawer().locator('.tool-call');
    await call.waitFor();
    expect(await call.innerText()).toMatch(/get_weather[^]*city: "Oslo"[^]*Result[^]*sky: "clear"/);
    const [left, right] = await Promise.all([0, 1].map((at) => call.locator('> div').nth(at).boundingBox()));
    expect(left!.y).toBe(right!.y);
    expect(await drawer().locator('.facts').innerText()).toMatch(/Upstream\s+ollama[^]*Attempts\s+2/);
    expect(await drawer().locator('.turn').count()).toBe(3);
  });

  test('folds reasoning, and shows refusals and every choice', async () => {
    await open('?id=chatcmpl-reasoning');
    await drawer().getByText('1001 = 7 × 11 × 13').waitFor();
    expect(await drawer().getByText('I try small primes').isVisible()).toBe(false);
    await drawer().getByText('Reasoning', { exact: true }).click();
    await drawer().getByText('I try small primes').waitFor();
    await page.keyboard.press('j');
    await drawer().getByText('Refused. I cannot help with that.').waitFor();
    await page.keyboard.press('j');
    await drawer().getByText('choice 3 of 3').waitFor();
    await drawer().getByText('Blue Hour').waitFor();
  });

  test('shows the parameters of the request', async () => {
    const { id } = await client().chat.completions.create({
      model: 'sandbox',
      store: true,
      temperature: 0.25,
      max_completion_tokens: 40,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    await open(`?id=${id}`);
    await drawer().getByText('Parameters').click();
    await drawer().getByText('temperature: 0.25').first().waitFor();
    await drawer().getByText('max_completion_tokens: 40').first().waitFor();
    await client().chat.completions.delete(id);
  });

  test('loads a picture of another host only when asked', async () => {
    await open('?id=chatcmpl-picture');
    await drawer().locator('img').waitFor();
    expect(tab.elsewhere).toEqual([]);
    await page.route('http://pictures.example/**', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
    );
    await drawer().getByRole('button', { name: 'Load image from pictures.example' }).click();
    await expect.poll(() => drawer().locator('img').count()).toBe(2);
    await expect.poll(() => tab.elsewhere).toEqual(['http://pictures.example/fjord.jpg']);
  });

  test('has the JSON, folded', async () => {
    await open('?id=chatcmpl-tools');
    await drawer().getByText('JSON', { exact: true }).click();
    const json = drawer().locator('details.folded .json').last();
    await json.getByText('"chat.completion"').waitFor();
    expect(await json.getByText('"What should I wear').count()).toBe(0);
    await json.locator('summary').filter({ hasText: 'messages' }).waitFor();
    await json
      .locator('summary')
      .filter({ hasText: /^0: \{/ })
      .last()
      .click();
    await json.getByText('"What should I wear').waitFor();
  });

  test('goes to the previous and the next, by buttons and by keys', async () => {
    await open('?id=chatcmpl-tools');
    const heading = drawer().locator('h2');
    await expect.poll(() => heading.innerText()).toBe('chatcmpl-tools');
    await page.getByRole('button', { name: 'Next' }).click();
    await expect.poll(() => heading.innerText()).toBe('chatcmpl-call');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('k');
    await expect.poll(() => heading.innerText()).toBe('chatcmpl-retries');
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);
    expect(new URL(page.url()).searchParams.get('id')).toBe('chatcmpl-retries');
    await page.keyboard.press('Escape');
    await expect.poll(() => drawer().count()).toBe(0);
    expect(new URL(page.url()).search).toBe('');
  });

  test('says when a completion is not there', async () => {
    await open('?id=chatcmpl-gone');
    await drawer().getByText('It may have been deleted').waitFor();
  });
});

describe('metadata', () => {
  test('can be changed, and counts in the list and for the filters', async () => {
    await open('?id=chatcmpl-edited');
    await page.getByRole('button', { name: 'Edit metadata' }).click();
    await page.getByLabel('Value 1').fill('edited');
    await page.getByRole('button', { name: 'Add a pair' }).click();
    await page.getByLabel('Key 3').fill('reviewed');
    await page.getByLabel('Value 3').fill('yes');
    await page.getByRole('button', { name: 'Save' }).click();
    await drawer().getByRole('button', { name: 'reviewed yes' }).waitFor();
    expect(await client().chat.completions.retrieve('chatcmpl-edited')).toMatchObject({
      metadata: { env: 'edited', team: 'search', reviewed: 'yes' },
    });
    await drawer().getByRole('button', { name: 'reviewed yes' }).click();
    await page.getByText('1 completion', { exact: true }).waitFor();
  });

  test('is checked against the limits as one types', async () => {
    await open('?id=chatcmpl-filled');
    await page.getByRole('button', { name: 'Edit metadata' }).click();
    const save = page.getByRole('button', { name: 'Save' });
    await page.getByLabel('Key 1').fill('k'.repeat(65));
    await page.getByText('The key has 65 of at most 64 characters.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel('Key 1').fill('k'.repeat(64));
    await page.getByLabel('Value 1').fill('v'.repeat(513));
    await page.getByText('The value has 513 of at most 512 characters.').waitFor();
    await page.getByLabel('Value 1').fill('');
    await page.getByLabel('Key 1').fill('team');
    await page.getByText('This key is already there.').waitFor();
    await page.getByLabel('Key 1').fill('k');
    const add = page.getByRole('button', { name: 'Add a pair' });
    for (let pairs = 3; pairs <= 16; pairs++) {
      await add.click();
      await page.getByLabel(`Key ${pairs}`).fill(`key ${pairs}`);
    }
    expect(await add.isDisabled()).toBe(true);
    await save.click();
    await page.getByRole('button', { name: 'Edit metadata' }).waitFor();
    const { metadata } = await client().chat.completions.retrieve('chatcmpl-filled');
    expect(Object.keys(metadata ?? {})).toHaveLength(16);
  });
});

describe('what can be done with completions', () => {
  test('deleting asks first', async () => {
    await open('?metadata[env]=changed&id=chatcmpl-doomed');
    await drawer().getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 1 completion?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await client().chat.completions.retrieve('chatcmpl-doomed')).toBeTruthy();
    await drawer().getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => rowOf(page, 'chatcmpl-doomed').count()).toBe(0);
    await expect(client().chat.completions.retrieve('chatcmpl-doomed')).rejects.toThrow(
      'No chat completion found',
    );
    expect(await drawer().locator('h2').innerText()).toBe('chatcmpl-after');
  });

  test('several can be selected, exported and deleted', async () => {
    await open('?metadata[env]=changed');
    await rowOf(page, 'chatcmpl-first').getByRole('checkbox').check();
    await rowOf(page, 'chatcmpl-second').getByRole('checkbox').check();
    await page.getByText('2 completions selected').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export JSONL' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect([first.completion.id, second.completion.id]).toEqual(['chatcmpl-first', 'chatcmpl-second']);
    expect(second.request.messages).toEqual([{ role: 'user', content: 'The second one' }]);

    await page.locator('.selection').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => rowOf(page, 'chatcmpl-second').count()).toBe(0);
    expect(await rowOf(page, 'chatcmpl-first').count()).toBe(0);
    expect(await rowOf(page, 'chatcmpl-third').count()).toBe(1);
    await expect(client().chat.completions.retrieve('chatcmpl-first')).rejects.toThrow(
      'No chat completion found',
    );
  });

  test('a request is copied as a curl command that a shell runs', async () => {
    const command = await copied('chatcmpl-tools', 'Copy as curl');
    const env = { ...process.env, OPENAI_API_KEY: 'any' };
    const { stdout } = await run('sh', ['-c', command], { env });
    expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion', model: 'llama3.1:8b' });
  });

  test('a request is copied as a TypeScript program that checks and runs', async () => {
    const program = await copied('chatcmpl-tools', 'Copy as TypeScript');
    const root = resolve(import.meta.dirname, '../../../..');
    const folder = join(root, 'packages/server/test/page/.copied');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    try {
      writeFileSync(join(folder, 'program.ts'), program);
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ extends: '../../../../../tsconfig.json', include: ['program.ts'] }),
      );
      await run('npx', ['tsc', '-p', folder, '--noEmit'], { cwd: root });
      const env = { ...process.env, OPENAI_API_KEY: 'any' };
      const args = ['--import', 'tsx', join(folder, 'program.ts')];
      const { stdout } = await run(process.execPath, args, { cwd: root, env });
      expect(stdout).toContain("content: 'Hello there'");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  async function copied(id: string, name: string): Promise<string> {
    await open(`?id=${id}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    await drawer().getByRole('button', { name }).click();
    await drawer().getByText('Copied').waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  }
});

test('everything works from the keyboard', async () => {
  await open();
  await rowOf(page, 'chatcmpl-retries').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  expect(await rowOf(page, 'chatcmpl-tools').getAttribute('class')).toContain('active');
  await page.keyboard.press('x');
  await page.getByText('1 completion selected').waitFor();
  await page.keyboard.press('Escape');
  expect(await page.getByText('selected').count()).toBe(0);
  await page.keyboard.press('Enter');
  await drawer().getByText('A warm coat').waitFor();
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('drawer');
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('table');
  await page.keyboard.press('/');
  await page.keyboard.type('env=staging');
  await page.keyboard.press('Enter');
  await chip('env').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('End');
  await expect.poll(() => page.locator('.row.active').innerText()).toContain('After 248');
  expect(tab.errors).toEqual([]);
});

describe('live', () => {
  const store = (content: string) =>
    client().chat.completions.create({
      model: 'sandbox',
      store: true,
      messages: [{ role: 'user', content }],
    });

  test('shows what is stored meanwhile, at the top', async () => {
    await open();
    await rowOf(page, 'chatcmpl-retries').waitFor();
    const { id } = await store('A new one');
    await rowOf(page, id).getByText('A new one', { exact: true }).waitFor();
    expect(await page.locator('.rows [role=row]').first().getAttribute('id')).toBe(`row-${id}`);
  });

  test('does not move what one reads, and says how many are new', async () => {
    await open();
    await rowOf(page, 'chatcmpl-retries').waitFor();
    await page.locator('.table').evaluate((table) => (table.scrollTop = 720));
    const row = rowOf(page, 'chatcmpl-000020');
    await row.waitFor();
    const before = await row.boundingBox();
    for (let index = 0; index < 3; index++) await store(`New ${index}`);
    const news = page.getByRole('button', { name: '3 new completions' });
    await news.waitFor();
    expect(await row.boundingBox()).toEqual(before);
    await news.click();
    await page.locator('.rows').getByText('New 2', { exact: true }).waitFor();
    expect(await news.count()).toBe(0);
  });

  test('can be switched off', async () => {
    await open();
    await rowOf(page, 'chatcmpl-retries').waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    const { id } = await store('Unseen');
    await page.waitForTimeout(2_500);
    expect(await rowOf(page, id).count()).toBe(0);
    await page.keyboard.press('l');
    await rowOf(page, id).waitFor();
  });
});
