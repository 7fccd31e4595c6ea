/** The table of deviations in docs/wires.md. */

import { readFileSync } from 'node:fs';
import { deviations, servers, type Deviation } from './deviations.ts';

export const pageFile: URL = new URL('../../../../docs/wires.md', import.meta.url);

const begin = '<!-- begin: written by packages/client/scripts/deviations-page.ts -->';
const end = '<!-- end of deviations -->';

function fromOf({ wires = [], others }: Deviation): string {
  return [...wires.map((wire) => servers[wire]), others].filter(Boolean).join(', ');
}

function rowOf(deviation: Deviation): string {
  const { edge, sends, reader, why, sources = '' } = deviation;
  const read = [reader && `\`${reader.split('#')[0]}\``, why].filter(Boolean).join('. ');
  const cells = [edge, sends, fromOf(deviation), read, sources];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The page with the table of today. */
export function deviationsPage(): string {
  const page = readFileSync(pageFile, 'utf8');
  const head = '| Where | What is sent | By | Read in | Described in |\n|---|---|---|---|---|';
  const table = [head, ...deviations.map(rowOf)].join('\n');
  return `${page.slice(0, page.indexOf(begin))}${begin}\n\n${table}\n\n${page.slice(page.indexOf(end))}`;
}

/** The formatter lays tables out, so spaces and rules do not count. */
export function squeeze(markdown: string): string {
  return markdown.replace(/-{2,}/g, '--').replace(/\s+/g, '');
}
