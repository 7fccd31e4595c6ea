/** The command line. Each command is a file in `commands`. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCheckFixtures } from './commands/check-fixtures.ts';
import { addCopy } from './commands/copy.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addKey } from './commands/key.ts';
import { addPrune } from './commands/prune.ts';
import { addServe } from './commands/serve.ts';
import { addVariableWarnings } from './commands/variables.ts';

const program = new Command('colloquy-server')
  .description(
    'A local Chat Completions server. Without an upstream, a built-in sandbox replies: no API key and no network is needed.',
  )
  .version(readVersion());
for (const add of [addServe, addDoctor, addKey, addCopy, addExport, addImport, addPrune, addCheckFixtures])
  add(program);
addVariableWarnings(program);

let isServer = false;
program.hook('preAction', (_program, command) => void (isServer = command.name() === 'serve'));
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // Whatever becomes of its log, the server keeps running.
  if (isServer) return;
  // The reader may close the pipe early (`| head`). Anything else means that the output is not whole.
  if (code === 'EPIPE') process.exit();
  process.stderr.write(`error: The output cannot be written: ${message}.\n`);
  process.exit(1);
});

await program.parseAsync();

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
