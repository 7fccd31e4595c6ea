// Puts the last results of every measure into README.md, between its markers, and draws the plot.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plot } from '../plot.mjs';
import { bench, root } from './install.mjs';
import { markdown } from './table.mjs';

export async function write(measures) {
  const reports = [];
  for (const name of measures) {
    const file = join(bench, 'results', `${name}.json`);
    if (!existsSync(file)) continue;
    const report = JSON.parse(readFileSync(file, 'utf8'));
    // The texts and the way to draw a column are those of the measure today; the file has the figures.
    const { default: measure } = await import(`../measures/${name}.mjs`);
    const { title, about, columns } = measure;
    reports.push({ ...report, title, about, columns });
  }
  writeFileSync(join(bench, 'results/plot.svg'), plot(reports));
  const verdicts = reports.flatMap((report) => report.verdicts);
  const met = verdicts.filter(({ met }) => met).length;
  const summary = `${met} of ${verdicts.length} targets are met. The targets of a measure are listed below its table, with the measured values.`;
  const text = [summary, '', '![CPU as a multiple of the floor](results/plot.svg)', ''];
  for (const report of reports) text.push(markdown(report), `${provenance(report)}\n`);
  const readme = join(bench, 'README.md');
  const [before] = readFileSync(readme, 'utf8').split(start);
  writeFileSync(readme, `${before}${start}\n\n${text.join('\n')}`);
  spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxfmt/bin/oxfmt'), 'bench/results', 'bench/README.md'],
    { cwd: root },
  );
}

const start = '<!-- Everything below is written by `npm run bench -- --write`. -->';

function provenance({ machine: { date, system, cpu, memory, nodes }, settings: { rounds, samples, quick } }) {
  const how = quick ? 'quick run' : `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${samples} samples`;
  return `_${date}, ${system}, ${cpu}, ${memory}, Node ${nodes.join(' and ')}, ${how}._`;
}
