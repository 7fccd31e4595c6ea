// Plays every row of test/wires/rows.ts to this package and to `openai`, and writes what each makes of the same bytes
// into docs/wires.md. With `--check` it writes nothing and fails when the page says something else.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ours, theirs, type Package } from '../test/parity/packages.ts';
import { ask, type Outcome, type Way } from '../test/wires/read.ts';
import { fetchRow, type Row, rows } from '../test/wires/rows.ts';

const timeoutMs = 300;
/** A request that has not ended by then, with a timeout of 300 ms, hangs. */
const limitMs = 2_000;

const page = new URL('../../../docs/wires.md', import.meta.url);
const begin = '<!-- begin: written by packages/client/scripts/wires-table.ts -->';
const end = '<!-- end -->';

async function play(from: Package, way: Way, row: Row): Promise<string> {
  const client = new from.OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch: fetchRow(row) });
  const leave = new AbortController();
  const options = { timeout: timeoutMs, signal: leave.signal };
  const hang = new Promise<undefined>((resolve) => setTimeout(resolve, limitMs, undefined));
  const outcome = await Promise.race([ask(client, way, {}, options), hang]);
  leave.abort();
  if (!outcome) return '**hangs**';
  return way === 'raw' ? describeItems(outcome) : describeCompletion(outcome);
}

function describeItems({ chunks, error }: Outcome): string {
  const odd = chunks.filter((chunk) => !chunk || !('choices' in chunk) || !Array.isArray(chunk.choices));
  const counted = `${chunks.length} chunk${chunks.length === 1 ? '' : 's'}`;
  const among =
    odd.length > 0 ? `, including ${odd.map((item) => code(JSON.stringify(item))).join(' and ')}` : '';
  return counted + among + (error ? `, then ${describeError(error)}` : '');
}

function describeCompletion({ completion, error, events }: Outcome): string {
  if (!completion) return describeError(error);
  const { message, finish_reason } = completion.choices[0]!;
  const { content, tool_calls, reasoning_content, reasoning_details } = message as typeof message & {
    reasoning_content?: string;
    reasoning_details?: unknown;
  };
  const done = events.filter((event) => event.startsWith('content.done')).map((event) => event.slice(13));
  const early = done.length > 0 && done.at(-1) !== content;
  return [
    content && `“${content}”`,
    early && `(\`content.done\` says “${done.at(-1)}”)`,
    reasoning_content && `reasoning “${reasoning_content}”`,
    reasoning_details && `details ${code(JSON.stringify(reasoning_details))}`,
    ...(tool_calls ?? []).map((call) =>
      call.type === 'function'
        ? `${code(`${call.function.name}(${call.function.arguments})`)} (id ${code(call.id)})`
        : code(call.type),
    ),
    code(String(finish_reason)),
  ]
    .filter(Boolean)
    .join(', ');
}

function describeError(error: unknown): string {
  const { constructor, message, partial, code: named } = error as Error & { partial?: any; code?: unknown };
  const had = partial?.choices?.[0]?.message?.content;
  const details = [named && `code ${String(named)}`, had && `partial “${had}”`].filter(Boolean).join(', ');
  return `${constructor.name}: ${message}${details && ` (${details})`}`;
}

function code(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;
}

const columns: [Package, Way][] = [
  [theirs, 'raw'],
  [theirs, 'helper'],
  [ours, 'raw'],
  [ours, 'helper'],
];

async function rowOf(row: Row): Promise<string> {
  const cells = await Promise.all(columns.map(([from, way]) => play(from, way, row)));
  return `| ${[row.row, row.wire, ...cells].map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

// What nobody handles is part of what the original does on some rows; here it must not end the script.
process.on('unhandledRejection', () => {});

const lines = await Promise.all(rows.map(rowOf));
const raw = '`create({ stream: true })`';
const table = [
  `| # | What the server sends | \`openai\` ${theirs.version}: ${raw} | \`openai\`: \`stream()\` | Colloquy: ${raw} | Colloquy: \`stream()\` |`,
  '|--:|---|---|---|---|---|',
  ...lines,
].join('\n');

const written = readFileSync(page, 'utf8');
const [before, rest = ''] = written.split(begin);
const after = rest.slice(rest.indexOf(end));
const text = `${before}${begin}\n\n${table}\n\n${after}`;

/** Tables are laid out by the formatter, so spaces and rules do not count. */
const squeeze = (markdown: string): string => markdown.replace(/-{2,}/g, '--').replace(/\s+/g, '');

if (squeeze(text) === squeeze(written)) {
  console.log(`docs/wires.md is up to date: ${rows.length} wires`);
} else if (process.argv.includes('--check')) {
  const now = squeeze(written);
  console.error(
    'docs/wires.md is out of date; run `npx tsx packages/client/scripts/wires-table.ts`. What differs:',
  );
  for (const line of lines) if (!now.includes(squeeze(line))) console.error(line);
  process.exitCode = 1;
} else {
  writeFileSync(page, text);
  spawnSync('npx', ['oxfmt', fileURLToPath(page)], { stdio: 'ignore', shell: process.platform === 'win32' });
  console.log(`Wrote ${rows.length} wires to docs/wires.md`);
}
process.exit();
