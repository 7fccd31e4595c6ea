// Runs one conformance program (test/runtimes/program.js) wherever the client says it runs: over the packed tarball,
// against one server on loopback, whose web pages may call it. Versions are pinned; what is missing is installed once.
//
//   npm run runtimes               all of them
//   npm run runtimes -- deno bun   those whose names begin so
//   npm run runtimes -- --verbose  with a line for every check
//
// What cannot be had on this machine is skipped with a line that says why; in CI on x64 Linux that is a failure.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { runCLI } from '../../server/scripts/run-cli.ts';
import { install } from '../test/package/installed.ts';
import { platform } from './runtimes/binaries.ts';
import { nobody, startHost } from './runtimes/host.ts';
import { runtimesAt, type Runtime } from './runtimes/table.ts';

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const verbose = process.argv.includes('--verbose');
const nothingIsSkipped = process.env['CI'] === 'true' && platform === 'linux-x64';

const { project, remove } = install('ours', 'colloquy');
process.once('exit', remove);
cpSync(fileURLToPath(new URL('../test/runtimes', import.meta.url)), project, { recursive: true });
writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
await bundle('command.js', { outfile: 'command.cjs', format: 'cjs', packages: 'external' });
await bundle('workerd.js', { outfile: 'workerd.bundle.js' });
const host = await startHost(await bundle('browser.js', { write: false }));

const replies = fileURLToPath(new URL('../../../examples/fixtures.yaml', import.meta.url));
const flags = ['--port', '0', '--db', ':memory:', '--quiet', '--cors', host.origin, '--fixtures', replies];
const server = runCLI(flags, { from: 'built' });
process.once('exit', () => server.child.kill());
const addresses = { baseURL: await server.url(), echo: host.origin, nobody: await nobody() };

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const runtime of runtimesAt({ project, host })) {
  if (wanted.length > 0 && !wanted.some((word) => runtime.name.toLowerCase().startsWith(word.toLowerCase())))
    continue;
  const started = Date.now();
  const { end, facts } = await resultOf(runtime);
  counts[end] += 1;
  const sign = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[end];
  console.log(`${sign} ${runtime.name}: ${facts} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
await server.end('SIGTERM');
host.close();
console.log(`${counts.passed} runtimes passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

async function resultOf({
  find,
  run,
  expected,
}: Runtime): Promise<{ end: keyof typeof counts; facts: string }> {
  let path;
  try {
    path = find();
  } catch (error) {
    return { end: nothingIsSkipped ? 'failed' : 'skipped', facts: (error as Error).message };
  }
  let output;
  try {
    output = await run(path, JSON.stringify({ ...addresses, expected }));
  } catch (error) {
    return { end: 'failed', facts: String(error) };
  }
  const summary =
    /^\{"passed":.*/m.exec(output)?.[0] ?? '{"passed":0,"failed":["it stopped before its end"]}';
  const { passed, failed } = JSON.parse(summary) as { passed: number; failed: string[] };
  const lines = output.trimEnd().split('\n');
  if (verbose || failed.length > 0)
    console.log(lines.filter((line) => verbose || !line.startsWith('ok   ')).join('\n'));
  if (failed.length > 0) return { end: 'failed', facts: failed.join('; ') };
  return { end: passed > 0 ? 'passed' : 'failed', facts: `${passed} checks` };
}

/** What esbuild makes of a file of the project: an ES module for the web, unless told otherwise. */
async function bundle(file: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    absWorkingDir: project,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
    ...options,
  });
  return outputFiles?.[0]!.text ?? '';
}
