/** `npm run kill-test`: twenty rounds against the built command line, as a table and a verdict. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../../../test/random.ts';
import { isSound, killRounds, type KillRound } from './kill-rounds.ts';

const folder = await mkdtemp(join(tmpdir(), 'colloquy-kill-'));
const columns = [
  'round',
  'killed',
  'acknowledged',
  'streamed',
  'updated',
  'deleted',
  'inFlight',
  'stored',
  'lost',
  'damaged',
  'integrity',
  'restartMs',
] as const;
const line = (cells: readonly unknown[]): void =>
  console.log(cells.map((cell) => String(cell).padStart(12)).join(''));

const rounds: KillRound[] = [];
line(columns);
for await (const round of killRounds({
  rounds: Number(process.argv[2] ?? 20),
  posts: Number(process.argv[3] ?? 1_000),
  concurrency: 32,
  db: join(folder, 'kill.db'),
  from: 'built',
})) {
  rounds.push(round);
  line(columns.map((column) => round[column]));
}
const total = (column: 'acknowledged' | 'lost' | 'damaged'): number =>
  rounds.reduce((sum, round) => sum + round[column], 0);
const sound = rounds.length > 0 && rounds.every(isSound);
console.log(
  `${sound ? 'ok' : 'FAILED'}: ${rounds.filter(({ killed }) => killed).length} kills, ${total('acknowledged')} acknowledged, ` +
    `${total('lost')} lost, ${total('damaged')} damaged, SEED=${seed}`,
);
await rm(folder, { recursive: true });
process.exitCode = sound ? 0 : 1;
