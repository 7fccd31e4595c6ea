/** `colloquy-server copy`: copies all stored completions to another database. */
import type { Command } from 'commander';
import { SettingError } from '../config.ts';
import { shownName } from '../store/names.ts';
import { counted } from './counted.ts';
import { mustExist, Progress, targetOption, withDatabases } from './databases.ts';

interface Options {
  from: string;
  to: string;
}

export function addCopy(program: Command): void {
  const command = program
    .command('copy')
    .description('copy stored completions to another database, except those it already has')
    .requiredOption('--from <name>', 'database to copy from: a file or a PostgreSQL URL (required)')
    .addOption(targetOption())
    .action((options: Options) => copy(options, command));
}

async function copy({ from, to }: Options, command: Command): Promise<void> {
  mustExist(command, from);
  if (shownName(from) === shownName(to)) command.error('error: --from and --to are the same database.');
  const { copyRows, countCopied, countRows } = await import('../store/transfer.ts');
  await withDatabases(command, [from, to], async (source, target) => {
    const progress = new Progress(await countRows(source));
    const { copied } = await copyRows(source, target, (done) => progress.show(done));
    const [wanted, found] = [await countRows(source), await countCopied(source, target)];
    if (found < wanted) {
      throw new SettingError(
        `${wanted - found} of ${wanted} completions are not in ${shownName(to)}. Run the command again.`,
      );
    }
    process.stdout.write(
      `${counted(copied, 'completion')} copied, ${found - copied} already existed. All ${found} are in ${shownName(to)}.\n`,
    );
  });
}
