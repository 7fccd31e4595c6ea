// Runs one small program for each package that is used together with `openai`, with the packed client in the place of
// `openai` and with `openai` itself, against the built server. Then writes docs/ecosystem.md and the table that
// `colloquy check` reads.
//
//   npm run ecosystem                all of them
//   npm run ecosystem -- langchain   those whose programs begin so; writes nothing
//
// Fails when a program does not work with the client, or connects to another machine. Those that cannot work say why in
// the table, and must fail.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programOf } from '../../packages/client/scripts/runtimes/binaries.ts';
import { versions } from '../../packages/client/scripts/runtimes/table.ts';
import { runCLI } from '../../packages/server/scripts/run-cli.ts';
import { folder, installPackages, useAsOpenAI } from './layout.ts';
import { knownFile, knownPackages, page, pageFile, type Result } from './page.ts';
import { entries, type Entry } from './table.ts';

const wanted = process.argv.slice(2);
const chosen = entries.filter(
  ({ program }) => wanted.length === 0 || wanted.some((word) => program.startsWith(word)),
);
/** Several of the packages need Node 22 or later. */
const node = Number.parseInt(process.versions.node) >= 22 ? process.execPath : programOf('node', newest(24));

installPackages();
const replies = fileURLToPath(new URL('../../examples/fixtures.yaml', import.meta.url));
const flags = ['--port', '0', '--db', ':memory:', '--quiet', '--fixtures', replies];
const server = runCLI(flags, { from: 'built' });
process.once('exit', () => server.child.kill());
const env = { ...process.env, OPENAI_BASE_URL: await server.url(), OPENAI_API_KEY: 'any', NO_COLOR: '1' };

const results = new Map<Entry, Result>(chosen.map((entry) => [entry, { entry }]));
for (const which of ['colloquy', 'openai'] as const) {
  useAsOpenAI(which);
  for (const entry of chosen) if (which === 'colloquy' || !entry.alone) await record(entry, which);
}
const older = chosen.filter((entry) => entry.openai && results.get(entry)!.openai);
for (const version of new Set(older.map(({ openai }) => openai!))) {
  useAsOpenAI({ version });
  for (const entry of older) if (entry.openai === version) await record(entry, 'older');
}
useAsOpenAI('openai');
await server.end('SIGTERM');

const list = [...results.values()];
if (wanted.length === 0) {
  writeFileSync(pageFile, page(list));
  writeFileSync(knownFile, knownPackages(list));
}
const unexpected = list.filter(({ entry, colloquy }) => Boolean(colloquy) !== Boolean(entry.cannot));
for (const { entry } of unexpected)
  console.log(`${entry.program} ${entry.cannot ? 'works, though it cannot' : 'does not work'}`);
console.log(`${list.filter(({ colloquy }) => !colloquy).length} of ${list.length} programs work`);
process.exitCode = unexpected.length === 0 && list.length > 0 ? 0 : 1;

async function record(entry: Entry, which: 'colloquy' | 'openai' | 'older'): Promise<void> {
  const started = Date.now();
  const complaint = await run(entry.program);
  results.get(entry)![which] = complaint;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const version = which === 'older' ? `openai ${entry.openai}` : which;
  console.log(`${complaint ? 'FAIL' : 'ok  '} ${entry.program} with ${version} (${seconds} s)`);
  if (complaint) console.log(complaint.replaceAll(/^/gm, '     '));
}

/** What a program complained about; an empty text when it ended well. */
async function run(program: string): Promise<string> {
  const child = spawn(node, ['--import', './loopback.mjs', `programs/${program}.mjs`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code === 0) return '';
  if (code === null) return 'it did not end within a minute';
  return errors.trim().split('\n').slice(-20).join('\n') || `it ended with ${code}`;
}

function newest(major: number): string {
  return versions.node.find((version) => version.startsWith(`${major}.`))!;
}
