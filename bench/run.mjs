// `npm run bench -- [measure ...] [--quick] [--write] [--as-is]`. See README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bench, install, scratch } from './lib/install.mjs';
import { measures } from './lib/names.mjs';
import { markdown, terminal } from './lib/table.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    'as-is': { type: 'boolean', default: false },
    rounds: { type: 'string' },
    samples: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !measures.includes(name));
if (unknown.length > 0 || flags.help) {
  if (unknown.length > 0) console.error(`There is no measure named ${unknown.join(', ')}.`);
  console.error(
    `npm run bench -- [${measures.join(' | ')}] ... [--quick] [--write] [--as-is] [--rounds n] [--samples n]`,
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}

install({ asIs: flags['as-is'] });

const count = (text, fallback) => (text === undefined ? fallback : Number(text));
const settings = {
  quick: flags.quick,
  rounds: count(flags.rounds, flags.quick ? 1 : 3),
  samples: count(flags.samples, flags.quick ? 3 : 5),
  warm: flags.quick ? 2 : 8,
  patience: flags.quick ? 10_000 : 90_000,
  log: progress,
};

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, process.stderr.columns - 1)}`);
}

const { run } = await import('./lib/measure.mjs');
let missed = 0;
for (const name of positionals.length > 0 ? positionals : measures) {
  const started = Date.now();
  const { default: measure } = await import(`./measures/${name}.mjs`);
  const report = await run(name, measure, settings);
  progress('');
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${terminal(markdown(report))}(${seconds} s)\n`);
  missed += report.verdicts.filter(({ met }) => !met).length;
  const folder = flags.write ? join(bench, 'results') : join(scratch, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
}
console.log(missed === 0 ? 'Every target is met.' : `${missed} targets are not met.`);
if (flags.write) {
  const { write } = await import('./lib/write.mjs');
  await write(measures);
}
