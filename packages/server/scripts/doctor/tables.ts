/** The tables of docs/doctor.md: the checks, and the deviations that they can find. */
import { readFileSync } from 'node:fs';
import { checks } from '../../src/doctor/checks/all.ts';
import { deviations } from '../../src/doctor/deviations.ts';

export const pageFile: URL = new URL('../../../../docs/doctor.md', import.meta.url);

const begin = '<!-- begin: written by packages/server/scripts/doctor-tables.ts -->';
const end = '<!-- end of tables -->';

const row = (...cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** The page with the tables of today. */
export function doctorPage(): string {
  const page = readFileSync(pageFile, 'utf8');
  const tables = [
    row('Check', 'What a compatible server does', 'What a client should do if it does not'),
    row('---', '---', '---'),
    ...checks.map(({ id, title, missing }) => row(`\`${id}\``, title, missing)),
    '',
    '## The deviations',
    '',
    'The effect is `breaks` if programs written for the API throw, hang or lose data. It is `differs` if they continue with a different result, and',
    '`harmless` if it affects only programs that depend on the exact format. [Wire formats](wires.md#all-known-deviations) has a row for each deviation,',
    'with the servers that are known to send it.',
    '',
    row('Name', 'What the server sends', 'What a client should do', 'Effect'),
    row('---', '---', '---', '---'),
    ...Object.entries(deviations).map(([name, { sends, means, weight }]) =>
      row(`\`${name}\``, sends, means, weight),
    ),
  ].join('\n');
  return `${page.slice(0, page.indexOf(begin))}${begin}\n\n${tables}\n\n${page.slice(page.indexOf(end))}`;
}
