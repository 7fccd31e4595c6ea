/** `npm run kill-replicas`: twenty kills of one of two servers on a PostgreSQL, as a table and a verdict. */
import { seed } from '../../../test/random.ts';
import { isSoundReplica, replicaRounds, type ReplicaRound } from './kill-replicas.ts';

const columns = [
  'round',
  'killed',
  'acknowledged',
  'inFlight',
  'listed',
  'lost',
  'duplicates',
  'unindexed',
] as const;
const line = (cells: readonly unknown[]): void =>
  console.log(cells.map((cell) => String(cell).padStart(13)).join(''));

const rounds: ReplicaRound[] = [];
line(columns);
for await (const round of replicaRounds({
  rounds: Number(process.argv[2] ?? 20),
  concurrency: 32,
  from: 'built',
})) {
  rounds.push(round);
  line(columns.map((column) => round[column]));
}
const total = (column: 'acknowledged' | 'lost' | 'duplicates'): number =>
  rounds.reduce((sum, round) => sum + round[column], 0);
const sound = rounds.length > 0 && rounds.every(isSoundReplica);
console.log(
  `${sound ? 'ok' : 'FAILED'}: ${rounds.filter(({ killed }) => killed).length} kills, ${total('acknowledged')} acknowledged, ` +
    `${total('lost')} lost, ${total('duplicates')} twice, SEED=${seed}`,
);
process.exitCode = sound ? 0 : 1;
