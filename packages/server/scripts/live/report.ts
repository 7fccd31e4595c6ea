/** The report of a comparison, as Markdown that also reads well in a terminal. */
import type { Result } from './run.ts';

/** Differences that are listed for one request. */
const shown = 12;

export function reportOf(results: readonly Result[], title: string): string {
  const groups = [...new Set(results.map(({ group }) => group))];
  const lines = [`# ${title}`, '', summaryOf(results), ''];
  for (const group of groups) {
    const members = results.filter((result) => result.group === group);
    lines.push(`## ${group}: ${summaryOf(members)}`, '');
    for (const { name, status, differences, words } of members) {
      if (differences.length > 0) {
        lines.push(`- **${name}** (API ${status.api}, sandbox ${status.sandbox})`);
        for (const difference of differences.slice(0, shown)) lines.push(`  - ${oneLine(difference)}`);
        if (differences.length > shown) lines.push(`  - and ${differences.length - shown} more`);
      } else if (words) {
        lines.push(
          `- ${name}: other words for the same error`,
          `  - API: ${oneLine(words.api)}`,
          `  - sandbox: ${oneLine(words.sandbox)}`,
        );
      }
    }
    lines.push('');
  }
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

export function summaryOf(results: readonly Result[]): string {
  const different = results.filter(({ differences }) => differences.length > 0).length;
  const worded = results.filter(({ words }) => words).length;
  return `${results.length - different} of ${results.length} alike, ${different} different, ${worded} with other words`;
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
