/** The figures of the READMEs: what is measured, where it is written, and how to compare the two. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { filesOf, install } from '../package/installed.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const names = ['colloquy', 'openai'] as const;

export const readmes: string[] = ['README.md', 'packages/client/README.md'].map((file) => join(root, file));

/** The table as it should be, in Markdown. Needs a build. */
export async function figures(): Promise<string> {
  const rows: [label: string, format: (value: number) => string, values: number[]][] = [
    ['Bundle with one `create`, gzip', (bytes) => `${(bytes / 1000).toFixed(0)} KB`, await bundles()],
    ['Installed', megabytes, installed()],
    ['First import', milliseconds, recorded('import', 'the package', 'wall')],
    ['CPU, stream of 10,000 chunks', milliseconds, recorded('stream', 'one event per network chunk', 'cpu')],
    ['CPU, 500 requests to a loopback server', milliseconds, recorded('request', 'loopback', 'cpu')],
  ];
  const cells = [
    ['', 'colloquy', 'openai'],
    ...rows.map(([label, format, values]) => [label, ...values.map(format)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = ([label, ...values]: string[]): string =>
    `| ${[label!.padEnd(widths[0]!), ...values.map((value, at) => value.padStart(widths[at + 1]!))].join(' | ')} |`;
  const rule = `| ${'-'.repeat(widths[0]!)} | ${'-'.repeat(widths[1]! - 1)}: | ${'-'.repeat(widths[2]! - 1)}: |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

/** What a page has to say of the two versions of `openai` that the table compares with. */
export function versions(): string[] {
  const version = (file: string, field: string): string => {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, any>;
    return manifest[field].openai as string;
  };
  return [
    `this version and \`openai\` ${version('packages/client/package.json', 'devDependencies')}`,
    `with \`openai\` ${version('bench/package.json', 'dependencies')}`,
  ];
}

/** The table below the heading "Figures". */
export function figuresIn(page: string): string {
  const table = /## Figures\n[^|]*((?:\|.*\n)+)/.exec(page);
  if (!table) throw new Error('there is no table of figures');
  return table[1]!.trimEnd();
}

/** The numbers of a table, and what is left of it without them. */
export function numbersOf(table: string): { numbers: number[]; text: string } {
  const body = table
    .split('\n')
    .filter((_, at) => at !== 1)
    .join('\n');
  const pattern = /(?<=\| +)\d+(?:\.\d+)?(?= [KM]?[Bm]s? )/g;
  const text = body.replace(pattern, '#').replace(/ +/g, ' ');
  return { numbers: Array.from(body.matchAll(pattern), ([number]) => Number(number)), text };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
const milliseconds = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;

/** Bytes of a program that makes one request, as esbuild bundles it for browsers, after gzip. */
async function bundles(): Promise<number[]> {
  return Promise.all(
    names.map(async (name) => {
      const contents = `
        import OpenAI from '${name}';
        const client = new OpenAI({ apiKey: 'key', dangerouslyAllowBrowser: true });
        console.log(await client.chat.completions.create({ model: 'm', messages: [] }));`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: root, loader: 'js' },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        external: ['zod', 'zod/*'],
        logLevel: 'error',
      });
      return gzipSync(outputFiles[0]!.contents).length;
    }),
  );
}

/** Bytes of the unpacked packages. Neither has dependencies. */
function installed(): number[] {
  const ours = install();
  try {
    return [ours.folder, join(root, 'node_modules/openai')].map((folder) =>
      filesOf(folder).reduce((sum, { bytes }) => sum + bytes, 0),
    );
  } finally {
    ours.remove();
  }
}

/** Medians of the last run of the bench that was kept. */
function recorded(measure: string, situation: string, value: string): number[] {
  const file = join(root, `bench/results/${measure}.json`);
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: Record<string, unknown>[] };
  return names.map((name) => {
    const row = rows.find((row) => row['case'] === situation && row['name'] === name);
    return row![value] as number;
  });
}
