/** `colloquy-server check-fixtures`: finds the mistakes in fixture files. */
import type { Command } from 'commander';
import { counted } from './counted.ts';

export function addCheckFixtures(program: Command): void {
  program
    .command('check-fixtures')
    .description('validate fixture files; the exit code is 1 if there is a mistake')
    .argument('<path...>', 'YAML or JSON files, folders or URLs')
    .action(checkFixtures);
}

async function checkFixtures(paths: string[]): Promise<void> {
  const { checkFiles } = await import('../fixtures/files.ts');
  const { files, fixtures, problems } = await checkFiles(paths);
  if (problems.length === 0) {
    const verb = fixtures === 1 ? 'is' : 'are';
    process.stdout.write(`${counted(fixtures, 'fixture')} in ${counted(files, 'file')} ${verb} valid.\n`);
    return;
  }
  // A line for each: an expression in a message may have line breaks.
  for (const { message } of problems) process.stdout.write(`${message.replaceAll(/\s*[\r\n]\s*/g, ' ')}\n`);
  process.exitCode = 1;
}
