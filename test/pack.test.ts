// `npm pack` in a checkout that is not built gives whole packages, and they work with each other; also when it is built by
// two at once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Checkout,
  copyCheckout,
  installPacked,
  missingFiles,
  pack,
  type Packed,
  readManifest,
} from './fresh-checkout.ts';

let checkout: Checkout;
let packed: Packed[];
let project: string;

beforeAll(async () => {
  checkout = copyCheckout('installed');
  const build = (): Promise<string> => checkout.run('node', ['scripts/prepare.mjs']);
  [, packed] = await Promise.all([build(), pack(checkout)]);
  project = installPacked(checkout, packed);
}, 180_000);
afterAll(() => checkout?.remove());

it('puts every file into a package that its manifest names', () => {
  expect(packed.map(({ name }) => name)).toEqual(['colloquy', 'colloquy-server']);
  for (const { name, files } of packed) expect(missingFiles(readManifest(project, name), files)).toEqual([]);
});

it('puts nothing else into a package than its build, its command and its documents', () => {
  const expected =
    /^(dist\/.+\.(c?js|d\.c?ts)|dist\/page\/(index\.html|assets\/[\w-]+\.(css|svg))|bin\/.+\.js|package\.json|(colloquy|fixtures)\.schema\.json|llms\.txt|skills\/colloquy\/SKILL\.md|LICENSE|README\.md)$/;
  for (const { files } of packed) expect(files.filter((file) => !expected.test(file))).toEqual([]);
});

it('makes a server that starts and answers the client it was packed with', async () => {
  const program = `
    import { OpenAI } from 'colloquy';
    import { VERSION } from 'colloquy/version';
    import { Fixtures, startServer } from 'colloquy-server';
    const fixtures = new Fixtures([{ when: {}, reply: 'hello there' }]);
    const server = await startServer({ port: 0, db: ':memory:', fixtures });
    const client = new OpenAI({ baseURL: server.url, apiKey: 'key' });
    const messages = [{ role: 'user', content: 'Hi' }];
    const { choices } = await client.chat.completions.create({ model: 'sandbox', messages });
    await server.close();
    console.log(JSON.stringify([VERSION, choices[0].message.content]));`;
  const output = await checkout.run('node', ['--input-type=module', '-e', program], project);
  expect(JSON.parse(output)).toEqual([packed[0]!.version, 'hello there']);
});
