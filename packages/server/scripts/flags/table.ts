/** The table of flags in docs/server.md, made of what the command line itself declares. */
import { readFileSync } from 'node:fs';
import type { Option } from 'commander';
import { options } from '../../src/flags.ts';

export const pageFile: URL = new URL('../../../../docs/server.md', import.meta.url);

const begin = '<!-- begin: written by packages/server/scripts/flags-table.ts -->';
const end = '<!-- end of flags -->';

const code = (text: unknown): string => `\`${String(text)}\``;

function rowOf(option: Option): string {
  const { flags, envVar, defaultValue, defaultValueDescription, description } = option;
  const fallback = defaultValueDescription ?? (defaultValue as unknown);
  const shown = fallback === undefined ? (option.isBoolean() ? 'off' : '') : code(fallback);
  const text = description.replace(` (default: ${defaultValueDescription})`, '');
  const cells = [code(flags), envVar ? code(envVar) : '', shown, text];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The page with the table of today. */
export function flagsPage(): string {
  const page = readFileSync(pageFile, 'utf8');
  const head = '| Flag | Environment variable | Default | What it does |\n|---|---|---|---|';
  const table = [head, ...options().map(rowOf)].join('\n');
  return `${page.slice(0, page.indexOf(begin))}${begin}\n\n${table}\n\n${page.slice(page.indexOf(end))}`;
}

/** The formatter lays tables out, so spaces and rules do not count. */
export function squeeze(markdown: string): string {
  return markdown.replace(/-{2,}/g, '--').replace(/\s+/g, '');
}
