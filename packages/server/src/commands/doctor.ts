/** `colloquy-server doctor URL`: checks how compatible a server is with the API. */
import { Option, type Command } from 'commander';
import { findProvider } from '../config-file/providers.ts';
import { readText, readTimeout } from '../config.ts';
import { checked } from '../flags.ts';

interface DoctorFlags {
  model?: string;
  key?: string;
  json?: boolean;
  require?: string[];
  timeout: number;
}

/** Adds the command. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check how compatible a server is with the API')
    .argument(
      '[url]',
      'base URL, such as http://localhost:11434/v1, or a provider, such as ollama; default: OPENAI_BASE_URL',
    )
    .option('--model <name>', 'model to use; default: the first model that the server lists', read(readText))
    .option(
      '--key <key>',
      "key for the server; default: the provider's environment variable, such as OPENAI_API_KEY",
      read(readText),
    )
    .option('--json', 'print the report as JSON')
    .option(
      '--require <list>',
      'checks or groups, separated by commas, or "pass" for all checks: exit with 1 if one of them deviates or is missing',
      split,
    )
    .addOption(
      new Option('--timeout <time>', 'time limit for each request, including its body')
        .argParser(read(readTimeout))
        .default(30_000, '30s'),
    )
    // 1 is for requirements that are not met.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action((url: string | undefined, flags: DoctorFlags) => doctor(url, flags, command));
}

const read =
  <Value>(reader: (text: string) => Value) =>
  (text: string): Value =>
    checked(reader, text);

const split = (text: string, before: string[] = []): string[] => [...before, text];

async function doctor(given: string | undefined, flags: DoctorFlags, command: Command): Promise<void> {
  const named = given ?? process.env['OPENAI_BASE_URL'];
  const url = findProvider(named ?? '')?.baseURL ?? named;
  if (!url)
    command.error("error: missing argument 'url', such as http://localhost:11434/v1", { exitCode: 2 });
  const [{ examine, DoctorError }, { keyFor }, report, { readRequired, unmet }] = await Promise.all([
    import('../doctor/doctor.ts'),
    import('../doctor/keys.ts'),
    import('../doctor/report.ts'),
    import('../doctor/require.ts'),
  ]);
  const required = requiredOf(flags, command, readRequired);
  const { model, key = keyFor(url, process.env), timeout: timeoutMs, json } = flags;
  const showProgress = !json && process.stderr.isTTY;
  try {
    const result = await examine({
      url,
      model,
      key,
      timeoutMs,
      onResult: (done, of) => showProgress && process.stderr.write(`\r${done}/${of} checks`),
    });
    if (showProgress) process.stderr.write('\r\x1b[K');
    print(json ? JSON.stringify(report.reportAsJSON(result), null, 2) : report.reportAsText(result));
    const failed = unmet(result.results, required);
    if (failed.length === 0) return;
    process.exitCode = 1;
    if (!json) print(`Required checks that failed: ${failed.map(({ id }) => id).join(', ')}`);
  } catch (error) {
    if (!(error instanceof DoctorError)) throw error;
    if (showProgress) process.stderr.write('\r\x1b[K');
    command.error(`error: ${error.message}`, { exitCode: 2 });
  }
}

function requiredOf(
  { require = [] }: DoctorFlags,
  command: Command,
  readRequired: (text: string) => string[],
): string[] {
  try {
    return require.flatMap((text) => checked(readRequired, text));
  } catch (error) {
    return command.error(`error: option '--require <list>' is invalid. ${(error as Error).message}`, {
      exitCode: 2,
    });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
