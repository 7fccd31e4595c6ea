// Runs one measure and gives its report: what the tables, the plot and `results/*.json` are made of.
import { cpus, totalmem } from 'node:os';
import { execFileSync } from 'node:child_process';
import { evaluate, judge } from './table.mjs';
import { nodes, session } from './session.mjs';

export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    system: `${process.platform} ${process.arch}`,
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    nodes: Object.values(nodes).map((path) => execFileSync(path, ['-v'], { encoding: 'utf8' }).trim()),
  };
}

export async function run(name, measure, settings) {
  const { title, about, columns, notes = [] } = measure;
  const report = {
    name,
    title,
    about,
    columns,
    machine: machine(),
    settings: plain(settings),
    rows: [],
    verdicts: [],
  };
  if (measure.measure) {
    const { rows, verdicts, notes: more = [] } = await measure.measure(settings);
    return { ...report, rows, verdicts, notes: [...notes, ...more] };
  }
  const close = await measure.before?.(settings);
  try {
    const byCase = new Map();
    for (const work of measure.cases(settings, close)) {
      const results = await session(work, { ...settings, ...work.settings });
      byCase.set(work.name, new Map([...results].map(([{ name }, result]) => [name, result])));
      const { rows, verdicts } = evaluate(work, results, measure.floor);
      report.rows.push(...rows);
      report.verdicts.push(...verdicts);
    }
    const across = (where, name) => byCase.get(where)?.get(name);
    for (const { row, growth } of measure.growth?.(across, settings) ?? []) {
      const found = report.rows.find((each) => each.case === row[0] && each.name === row[1]);
      if (found) found.growth = growth;
    }
    report.verdicts.push(...judge(measure.targets?.(settings), across, ''));
  } finally {
    await close?.stop?.();
  }
  return { ...report, notes: [...notes, ...wrongs(report)] };
}

/** The failures of contenders, listed below the table. A failure of ours fails the measure. */
function wrongs({ rows, verdicts }) {
  const failed = rows.filter(({ error }) => error);
  for (const { case: where, name, error } of failed)
    if (name.startsWith('colloquy'))
      verdicts.push({ case: where, text: `${name} returns a result (${error})`, value: NaN, met: false });
  return failed.map(({ case: where, name, error }) => `${where}, ${name}: ${error}`);
}

const plain = ({ log: _, ...settings }) => settings;
