/** The table of deviations in docs/wires.md. */

import { readFileSync } from 'node:fs';
import { deviations, servers, type Deviation } from './deviations.ts';

export const pageFile: URL = new URL('../../../../docs/wires.md', import.meta.url);

const begin = '<!-- begin: written by packages/client/scripts/deviations-page.ts -->';
const end = '<!-- end of deviations -->';

/** Servers and their variants: `Mistral (and: Magistral, hosted GLM)`. */
function fromOf({ wires = [], others }: Deviation): string {
  const names = wires.map((wire) => servers[wire]!);
  const plain = names.filter((name) => !names.some((other) => name.startsWith(`${other} (`)));
  const merged = plain.map((name) => {
    const variants = names
      .filter((other) => other.startsWith(`${name} (`))
      .map((other) => other.slice(name.length + 2, -1));
    return variants.length > 0 ? `${name} (and: ${variants.join(', ')})` : name;
  });
  return [...merged, others].filter(Boolean).join(', ');
}

const repositories: Record<string, string> = {
  'cherry-studio': 'CherryHQ/cherry-studio',
  'cloudflare-docs': 'cloudflare/cloudflare-docs',
  'cloudflare/ai': 'cloudflare/ai',
  coder: 'coder/coder',
  langchain: 'langchain-ai/langchain',
  litellm: 'BerriAI/litellm',
  'llama.cpp': 'ggml-org/llama.cpp',
  ollama: 'ollama/ollama',
  'openai-node': 'openai/openai-node',
  'openai-python': 'openai/openai-python',
  opencode: 'sst/opencode',
  pipecat: 'pipecat-ai/pipecat',
  'python-genai': 'googleapis/python-genai',
  'vercel/ai': 'vercel/ai',
  vllm: 'vllm-project/vllm',
};

/** Issues of well-known repositories become links. */
function linked(sources: string): string {
  return sources.replaceAll(/([\w./-]+)#(\d+)/g, (name, repository: string, number: string) => {
    const path = Object.hasOwn(repositories, repository) ? repositories[repository] : undefined;
    return path ? `[${name}](https://github.com/${path}/issues/${number})` : name;
  });
}

function rowOf(deviation: Deviation): string {
  const { edge, sends, reader, why, sandbox = [], doctor = [], sources = '' } = deviation;
  const read = [reader && `\`${reader.split('#')[0]}\``, why].filter(Boolean).join('. ');
  const names = [...sandbox, ...doctor].map((name) => `\`${name}\``).join(', ');
  const cells = [edge, sends, fromOf(deviation), read, names, linked(sources)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The page with the table of today. */
export function deviationsPage(): string {
  const page = readFileSync(pageFile, 'utf8');
  const head = '| Where | What is sent | Servers | Handled in | Name | Source |\n|---|---|---|---|---|---|';
  const table = [head, ...deviations.map(rowOf)].join('\n');
  return `${page.slice(0, page.indexOf(begin))}${begin}\n\n${table}\n\n${page.slice(page.indexOf(end))}`;
}

/** The formatter lays tables out, so spaces and rules do not count. */
export function squeeze(markdown: string): string {
  return markdown.replace(/-{2,}/g, '--').replace(/\s+/g, '');
}
