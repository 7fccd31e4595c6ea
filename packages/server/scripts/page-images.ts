// Writes the pictures of docs/page.md: `npx tsx --tsconfig packages/server/tsconfig.json packages/server/scripts/page-images.ts`.
import { resolve } from 'node:path';
import { kinds, several } from '../test/page/records.ts';
import { launchBrowser, startSite } from '../test/page/support.ts';

const folder = resolve(import.meta.dirname, '../../../docs/images');

const browser = await launchBrowser();
const site = await startSite(browser, [...kinds, ...several(100)]);
const pictures = [
  { name: 'list', query: '', width: 1180, height: 420, ready: 'What should I wear in Oslo tomorrow?' },
  { name: 'drawer', query: '?id=chatcmpl-tools', width: 1180, height: 640, ready: 'A warm coat' },
];
for (const { name, query, width, height, ready } of pictures) {
  const { page, close } = await site.open(query, { viewport: { width, height } });
  await page.locator('.table').getByText(ready).waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: resolve(folder, `${name}.png`) });
  await close();
}
await browser.close();
await site.close();
