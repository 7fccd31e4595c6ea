/** Runs the commands and the program of docs/team.md, from its beginning to its end. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CompletionStore } from '../src/store/completions.ts';
import { openDatabase } from '../src/store/database.ts';
import { runCLI } from '../scripts/run-cli.ts';
import { record } from './support/records.ts';
import { startPostgres } from './support/postgres.ts';

const run = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = await readFile(here('../../../docs/team.md'), 'utf8');
const fences = (language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => body);

it('everything on the page works', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-team-'));
  const postgres = await startPostgres({ fsync: false });
  const servers: ReturnType<typeof runCLI>[] = [];
  try {
    const url = await postgres.createDatabase();
    const old = await openDatabase(join(folder, 'colloquy.db'));
    await new CompletionStore(old).insert(record({ id: 'old', created: 1_600_000_000 }));
    await new CompletionStore(old).of('support').insert(record({ id: 'recent', created: 2_000_000_000 }));
    await old.destroy();

    // `npx colloquy-server` is the command line of this checkout.
    const bin = join(folder, 'bin');
    const shim = join(bin, 'npx');
    await mkdir(bin);
    await writeFile(
      shim,
      `#!/bin/sh\nshift\nexec '${process.execPath}' '${here('../bin/colloquy-server.js')}' "$@"\n`,
    );
    await chmod(shim, 0o755);
    const env = { ...process.env, DATABASE_URL: url, PATH: bin + delimiter + process.env['PATH'] };
    const sh = async (text: string): Promise<string> =>
      (await run('sh', ['-ec', text], { cwd: folder, env })).stdout;

    const [create = '', start = '', probes = '', copy = '', nightly = '', ...others] = fences('sh');
    expect(others).toEqual([]);
    const made = await sh(create);
    const [key = ''] = /^sk-colloquy-\S+$/m.exec(made) ?? [];
    const entry = made.slice(made.indexOf('keys:'));
    await writeFile(join(folder, 'colloquy.yaml'), entry);
    const [example = ''] = fences('yaml');
    expect(Object.keys(parse(example).keys[0])).toEqual(Object.keys(parse(entry).keys[0]));

    const [, ...commands] = start.trim().split('\n');
    expect(commands).toHaveLength(2);
    const ports: string[] = [];
    for (const command of commands) {
      const args = command.replace(/^npx colloquy-server |&$/g, '').replace(/--port \d+/, '--port 0');
      const server = runCLI(args.replace('0.0.0.0', '127.0.0.1').trim().split(' '), {
        from: 'built',
        cwd: folder,
        env: { DATABASE_URL: url },
      });
      servers.push(server);
      ports.push(new URL(await server.url()).port);
    }
    const onPorts = (text: string): string =>
      text.replaceAll('8787', ports[0] ?? '').replaceAll('8788', ports[1] ?? '');
    expect((await sh(onPorts(probes))).match(/"ok"/g)).toHaveLength(2);

    const [program = ''] = fences('js');
    const file = here('../.colloquy/team.mjs');
    await writeFile(file, onPorts(program));
    const { stdout } = await run(process.execPath, [file], { env: { ...env, TEAM_KEY: key } });
    expect(stdout).toBe(fences('text')[0]);

    expect(await sh(copy)).toContain('2 completions copied');
    expect(await sh(nightly)).toContain('1 completion deleted');
    const exported = (await readFile(join(folder, 'completions.jsonl'), 'utf8')).trim().split('\n');
    expect(exported.map((line) => JSON.parse(line).project)).toEqual(['default', 'support', 'support']);
  } finally {
    for (const server of servers) await server.end('SIGTERM');
    await postgres.close();
    await rm(folder, { recursive: true });
  }
});
