// Turns the results of a measure into the rows of its table and the verdicts on its targets.
import { mid, quantile, ratio } from './statistics.mjs';

const number = (value, digits = 3) =>
  Number.isFinite(value) ? String(value >= 100 ? Math.round(value) : Number(value.toPrecision(digits))) : '-';

/** Rows and verdicts of one case, with `results` of a session and `floor`, the name others are compared with. */
export function evaluate(work, results, floor) {
  const byName = new Map([...results].map(([{ name }, result]) => [name, result]));
  const get = (name) => byName.get(name);
  const rows = [...results].map(([{ name }, result]) => {
    // A contender on the second Node is compared with the floor on the same Node.
    const node = name.includes(', Node') ? name.slice(name.indexOf(',')) : '';
    const cpu = result.samples.map(({ cpu }) => cpu);
    return {
      case: work.name,
      name,
      error: result.error,
      cpu: mid(result),
      low: cpu.length ? quantile(cpu, 0.25) : NaN,
      high: cpu.length ? quantile(cpu, 0.75) : NaN,
      wall: mid(result, 'wall'),
      first: mid({ samples: result.first }),
      peak: mid(result, 'peak'),
      p99: mid(result, 'p99'),
      toFloor: ratio(result, get(floor + node)),
      toOpenAI: ratio(result, get('openai' + node)),
      peakToFloor: ratio(result, get(floor + node), 'peak'),
      peakToOpenAI: ratio(result, get('openai' + node), 'peak'),
      seen: result.seen,
    };
  });
  return { rows, verdicts: judge(work.targets, get, work.name) };
}

export function judge(targets, get, name) {
  return (targets || []).map(({ text, of, most, least }) => {
    const value = attempt(() => of(get));
    const met = most !== undefined ? value <= most : value >= least;
    return { case: name, text, value, met };
  });
}

/** A target about a contender that failed is not met. */
function attempt(work) {
  try {
    return work();
  } catch {
    return NaN;
  }
}

const symbols = (text) =>
  text
    .replaceAll('<=', '≤')
    .replaceAll('>=', '≥')
    .replaceAll(/(?<=\d) x /g, ' × ');

const plain = {
  cpu: ['CPU ms', ({ cpu }) => number(cpu)],
  spread: ['quartiles', ({ low, high }) => `${number(low)}-${number(high)}`],
  first: ['first run', ({ first }) => number(first)],
  wall: ['wall ms', ({ wall }) => number(wall)],
  floor: ['/ floor', ({ toFloor }) => number(toFloor)],
  openai: ['/ openai', ({ toOpenAI }) => number(toOpenAI)],
  peak: ['peak MiB', ({ peak }) => number(peak)],
  peakToFloor: ['/ floor', ({ peakToFloor }) => number(peakToFloor)],
  peakToOpenAI: ['/ openai', ({ peakToOpenAI }) => number(peakToOpenAI)],
  p99: ['event loop p99 ms', ({ p99 }) => number(p99)],
  growth: ['growth', ({ growth }) => number(growth)],
  values: ['deltas with a value', ({ seen }) => seen?.values?.toLocaleString('en') ?? '-'],
};

export const standard = ['cpu', 'spread', 'first', 'floor', 'openai'];

/** The table of a measure in Markdown. */
export function markdown({ title, about, columns = standard, rows, verdicts, notes = [] }) {
  const shown = columns.map((column) => (Array.isArray(column) ? column : plain[column]));
  const lines = [`### ${title}`, '', about, ''];
  lines.push(`| case | contender | ${shown.map(([head]) => head).join(' | ')} |`);
  lines.push(`|---|---|${shown.map(() => '--:').join('|')}|`);
  let last;
  for (const row of rows) {
    const cells = row.error ? [row.error, ...shown.slice(1).map(() => '')] : shown.map(([, of]) => of(row));
    const name = row.name.startsWith('colloquy') ? `**${row.name}**` : row.name;
    lines.push(`| ${row.case === last ? '' : row.case} | ${name} | ${cells.join(' | ')} |`);
    last = row.case;
  }
  lines.push('');
  for (const { case: where, text, value, met } of verdicts)
    lines.push(
      `- ${met ? 'met' : '**not met**'}: ${where ? `${where}: ` : ''}${symbols(text)} (measured: ${number(value)})`,
    );
  if (notes.length > 0) lines.push('', 'Failed:', '');
  for (const note of notes) lines.push(`- ${note}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The same table aligned for a terminal. */
export function terminal(text) {
  const lines = text.replaceAll('**', '').split('\n');
  const cells = lines.map((line) => (line.startsWith('|') ? line.slice(2, -2).split(' | ') : undefined));
  const widths = [];
  for (const row of cells) row?.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return lines
    .map((line, index) => {
      const row = cells[index];
      if (!row || line.startsWith('|---')) return row ? undefined : line;
      return row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
    })
    .filter((line) => line !== undefined)
    .join('\n');
}
