/**
 * `colloquy check`: prints what a project has to change before it can use colloquy. The only file here with side effects
 * on import.
 */

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../version.ts';
import { check } from './check.ts';
import { textOf } from './text.ts';

const help = `colloquy check [folder] [--json]

Reports whether a project that uses openai can use colloquy in its place. It reads the lockfile (npm, pnpm, Yarn, Bun), the
source files below the folder, and the installed packages that depend on openai. It changes nothing and sends nothing.

  --json     the report as JSON
  --version  the version of colloquy
  --help     this text

Exit code: 0 the project can switch, 1 something has to change first, 2 the project could not be read.

What it cannot see: clients that reach the code through a function of another package, a container or a parameter without a
type; names that are computed at run time; files that are generated, ignored (dist, build, hidden folders) or larger than 1 MB.
If a variable is a client, every variable of the same name in that file counts as a client, whatever its scope.
`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
  });
  const [command, folder = '.', ...rest] = positionals;
  if (values.version) console.log(VERSION);
  else if (values.help) console.log(help);
  else if (command !== 'check' || rest.length) {
    console.error(help);
    process.exitCode = 2;
  } else {
    const report = check(resolve(folder), new URL('./entries/', import.meta.url));
    console.log(values.json ? JSON.stringify(report, undefined, 2) : textOf(report));
    process.exitCode = report.canSwitch ? 0 : 1;
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
