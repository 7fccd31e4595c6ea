/** Warns about environment variables that look like settings of the server but are none, such as `COLLOQUY_PROT`. */
import type { Command } from 'commander';
import { variableOf, options } from '../flags.ts';
import { logRecord } from '../http/telemetry.ts';
import { closestName } from '../spelling.ts';

const prefix = 'COLLOQUY_';

/** A sentence for each variable that begins with `COLLOQUY_` and that nothing reads. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = options().map(variableOf);
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && env[name] !== undefined && !known.includes(name))
    .toSorted()
    .map((name) => {
      const settings = known.map((variable) => variable.slice(prefix.length));
      const closest = closestName(name.slice(prefix.length), settings);
      const suggestion = closest === undefined ? '' : ` Did you mean ${prefix}${closest}?`;
      return `There is no setting ${name}.${suggestion}`;
    });
}

/** Prints a warning for each such variable when a command starts. With `--log json` it is a line of that log. */
export function addVariableWarnings(program: Command): void {
  program.hook('preAction', (_program, command) => {
    const isJSON = command.opts<{ log?: string }>().log === 'json';
    for (const text of unknownVariables(process.env)) {
      if (isJSON) process.stdout.write(`${logRecord('warn', text)}\n`);
      else process.stderr.write(`warning: ${text}\n`);
    }
  });
}
