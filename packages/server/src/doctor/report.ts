/** The report of a run, as text and as JSON. */
import { groups, type Group, type Outcome } from './check.ts';
import { deviations } from './deviations.ts';
import type { Report, Result } from './doctor.ts';
import { shown } from './look.ts';

const outcomes: readonly Outcome[] = ['pass', 'deviation', 'missing', 'undecided'];

/** How many results there are of each outcome. */
export function summaryOf(results: readonly Result[]): Record<Outcome, number> {
  const summary: Record<Outcome, number> = { pass: 0, deviation: 0, missing: 0, undecided: 0 };
  for (const { outcome } of results) summary[outcome]++;
  return summary;
}

/** The report for programs. */
export function reportAsJSON(report: Report): object {
  const results = report.results.map(({ deviations: found, ...result }) => ({
    ...result,
    deviations: found.map((one) => ({ ...one, ...deviations[one.name] })),
  }));
  return {
    ...report,
    durationMs: Math.round(report.durationMs),
    summary: summaryOf(report.results),
    results,
  };
}

/** The report for people: what to know first, then a table in groups, then the counts. */
export function reportAsText(report: Report): string {
  const { url, requests, durationMs, results } = report;
  // The server may have written both.
  const model = shown(report.model, 100);
  const leftBehind = report.leftBehind.map((id) => shown(id, 100));
  const seconds = (durationMs / 1000).toFixed(1);
  const lines = [`${url}, model ${model}: ${results.length} checks, ${requests} requests, ${seconds} s`, ''];
  const first = knowFirst(results);
  if (first.length > 0) lines.push('Most important', ...first.map((line) => `  - ${line}`), '');
  const said = new Set<string>();
  for (const group of Object.keys(groups) as Group[]) {
    const own = results.filter((result) => result.group === group);
    lines.push(groups[group], ...own.flatMap((result) => linesOf(result, said)), '');
  }
  const summary = summaryOf(results);
  lines.push(outcomes.map((outcome) => `${summary[outcome]} ${outcome}`).join(', '), ...likeLines(report));
  if (leftBehind.length > 0) {
    lines.push(`Not deleted: ${leftBehind.join(', ')}. These completions were stored for the checks.`);
  }
  return lines.join('\n');
}

/** Most of the lines that a reader will read before the table. */
const maxFirst = 8;

/** Groups without which programs do not work. */
const vital = new Set<Group>(['create', 'stream', 'usage', 'tools', 'schemas']);

/** What makes programs fail that were written against the API, in short. */
function knowFirst(results: readonly Result[]): string[] {
  const breaking = results
    .flatMap((result) => result.deviations)
    .filter(({ name }) => deviations[name].weight === 'breaks')
    .map(({ name, detail }) => {
      const { sends, means } = deviations[name];
      return sentence(`${sends}${detail === undefined ? '' : ` (${detail})`}: ${means}`);
    });
  const stored = results.filter(({ group }) => group === 'stored');
  const hasStored = stored.some(({ outcome }) => outcome !== 'missing');
  const absent = results
    .filter(({ group, outcome }) => outcome === 'missing' && vital.has(group))
    .map((result) => `${result.id} is missing: ${result.missing}.`);
  const instead = hasStored || !stored[0] ? [] : [`Stored completions are missing: ${stored[0].missing}.`];
  const lines = [...new Set([...breaking, ...instead, ...absent])];
  const more = lines.length - maxFirst;
  return more > 0 ? [...lines.slice(0, maxFirst), `And ${more} more, in the table.`] : lines;
}

const words: Record<Outcome, string> = {
  pass: 'pass',
  deviation: 'deviates',
  missing: 'missing',
  undecided: 'undecided',
};

/** Columns before the title of a check. */
const indent = 42;

/** The lines of one result. What `said` has is not explained again. */
function linesOf(
  { id, outcome, title, note, deviations: found, missing }: Result,
  said: Set<string>,
): string[] {
  const isShort = outcome === 'pass' && note !== undefined;
  const head = `  ${words[outcome].padEnd(11)}${id.padEnd(indent - 13)}${title}${isShort ? ` (${note})` : ''}`;
  const once = (text: string): string => {
    if (text === '' || said.has(text)) return '';
    said.add(text);
    return text;
  };
  const details: string[] = [];
  if (outcome === 'undecided' || outcome === 'missing') details.push(note ?? '');
  if (outcome === 'missing') details.push(once(missing));
  for (const { name, detail } of found) {
    const shape = `${name}${detail === undefined ? '' : ` (${detail})`}`;
    const explained = once(`${deviations[name].sends}; ${deviations[name].means}`);
    details.push(explained === '' ? shape : `${shape}: ${explained}`);
  }
  return [head, ...details.filter((line) => line !== '').map((line) => ' '.repeat(indent) + line)];
}

function likeLines({ like }: Report): string[] {
  const [first, ...others] = like;
  if (!first) return [];
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  const named = [first, ...others.slice(0, 2)].map(({ quirk, share }) => `${quirk} (${percent(share)})`);
  return [
    `Most similar wire formats of the sandbox: ${named.join(', ')}. Try one with --quirk ${first.quirk}`,
  ];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
