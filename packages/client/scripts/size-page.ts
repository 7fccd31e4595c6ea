// Writes docs/size.md: what each part of the client costs the programs that bundle it. With `--files` it prints the same for
// each file instead. With `--check` it fails when the page lacks a part, or a size of a whole program is off by more than 4%.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, transform } from 'esbuild';
import { createFromCore, createFromRoot, streamAndParse } from './programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = new URL('../../../docs/size.md', import.meta.url);

const programs = { core: createFromCore, root: createFromRoot, zod: streamAndParse };
type Program = keyof typeof programs;

/** A part of the client: its files, by their names or rooms, and what it does. */
type Part = [title: string, files: string, what: string];

/** In this order: a file belongs to the first part that names it, and else to its room. */
const parts: Part[] = [
  [
    'Absent resources',
    'absent absent-table',
    'The names of all resources and methods that only `openai` has, and the error that says what to use instead',
  ],
  [
    'Other endpoints',
    'embeddings models moderations text-completions text-chunks floats',
    '`models`, `embeddings` with base64 vectors, `moderations`, the older `completions`',
  ],
  ['Uploads', 'uploads', '`toFile()` and `toStreamingFile()`, which are static methods of `OpenAI`'],
  ['Pages', 'page', 'Pagination: five classes, and the loop over all items'],
  [
    'Client, Chat Completions',
    'client core core-completions completions chat messages resource base-client api-client settings patience option-names auth',
    'Methods, options with their checks and environment variables, hooks for subclasses, keys',
  ],
  [
    'Requests',
    'request headers body query url platform version type-name call',
    'The URL, the headers (including those that describe the platform) and the body',
  ],
  [
    'Attempts',
    'send retry rate-limit deadline timer connection-error',
    'Retries and their delays, timeouts, aborts, why a connection failed',
  ],
  ['Other servers', 'quirks', 'Converts what other servers send into the format of the API'],
  ['Errors', 'errors', 'Error classes, and the error bodies of all servers'],
  [
    'Responses',
    'response api-promise json stream-response read-body',
    'The body as a value or a stream, even if the server sends the other kind',
  ],
  ['Logs', 'log redact report', 'Levels, lines for each attempt, and removing credentials from them'],
  ['Observers', 'observe observer usage', 'The `observe` and `usage` options'],
  [
    'Event streams',
    'stream sse lines ndjson chunk-reader async-queue fifo quiet',
    'Parses bytes into events and chunks; timeouts, lost and truncated streams, `tee()`, readable streams',
  ],
  [
    'Chunks to a completion',
    'chunks accumulate merge put objects sorted',
    'Assembles deltas into a completion',
  ],
  ['`runTools()`', 'tools', 'The loop that calls functions: approval, limits, timeouts, both runners'],
  ['Partial JSON', 'partial-json partial-text later', '`parsed` while the text is arriving'],
  [
    '`stream()`',
    'streaming event-emitter',
    'Stream events, final values, the conversation, forwarded streams',
  ],
  [
    '`parse()`',
    'parse readers format',
    'Parses content and arguments with the formats and tools of a request',
  ],
  ['Zod 3', 'zod3', 'Converts Zod 3 schemas to JSON Schema, which Zod 3 itself cannot do'],
  [
    'Zod 4',
    'zod4 zod got-instead',
    'Converts what `toJSONSchema()` of Zod 4 does not: dates, bigints, pipes, optional properties',
  ],
  ['Pipes', 'pipes meet', 'Converts a Zod pipe into one schema for the values that all its steps accept'],
  [
    'Strict schemas',
    'strict all-of pointer hoist-refs nullable keywords rules fit refusal notes schema-parser',
    'Makes a JSON Schema strict, or refuses it with a path and a suggestion',
  ],
  [
    'Schema translation',
    'wire-form collections',
    'Translates records, tuples, dates, optional properties and roots that strict mode refuses',
  ],
  [
    'Value translation',
    'wire-value choices limits',
    'Translates values back, and selects the branch of a union for a value',
  ],
  ['Union checks', 'hidden-branches', 'Refuses unions with a branch that no value can ever select'],
];

interface Piece {
  file: string;
  code: string;
}

/** Bundles the sources, not the build, whose files are joined. The sizes differ by less than one percent. */
const fromSources: Plugin = {
  name: 'from-sources',
  setup({ onResolve }) {
    onResolve({ filter: /^colloquy(\/|$)/ }, ({ path }) => ({
      path: `${root}src/entries/${path.slice('colloquy/'.length) || 'index'}.ts`,
    }));
  },
};

/** The code that each file adds to the bundle of `program`, minified. */
async function piecesOf(program: Program): Promise<Piece[]> {
  const { outputFiles } = await build({
    stdin: { contents: programs[program], resolveDir: root, loader: 'js', sourcefile: 'program' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['zod', 'zod/*'],
    plugins: [fromSources],
    minifySyntax: true,
    minifyIdentifiers: true,
  });
  // esbuild names each file in a comment before its code, as long as white space is left.
  const [, ...marked] = outputFiles[0]!.text.split(/^\/\/ (.*\.ts|program)\n/m);
  const pieces: Piece[] = [];
  for (let at = 0; at < marked.length; at += 2) {
    const { code } = await transform(marked[at + 1]!, { minifyWhitespace: true, target: 'es2022' });
    pieces.push({ file: marked[at]!, code: code.trim() });
  }
  return pieces;
}

const zipped = (pieces: Piece[]): number => gzipSync(pieces.map(({ code }) => code).join('\n')).length;
const length = (pieces: Piece[]): number => pieces.reduce((sum, { code }) => sum + code.length, 0);

interface Cost {
  minified: number;
  gzip: number;
}

/** What `pieces` add to all of them: their length, and by how much the bundle is smaller without them. */
function costOf(all: Piece[], belongs: (piece: Piece) => boolean): Cost {
  return {
    minified: length(all.filter(belongs)),
    gzip: zipped(all) - zipped(all.filter((piece) => !belongs(piece))),
  };
}

function titleOf(file: string): string {
  const name = file.replace(/^src\/|\.ts$/g, '').split('/');
  const found = parts.find(([, files]) =>
    files.split(' ').some((each) => each === name.at(-1) || (name.length > 1 && each === name[0])),
  );
  return found?.[0] ?? name[0]!;
}

const names = Object.keys(programs) as Program[];
const bundles = await Promise.all(names.map(piecesOf));
const number = (value: number): string => (value ? value.toLocaleString('en') : '');

if (process.argv.includes('--files')) {
  for (const [at, all] of bundles.entries()) {
    console.log(`${names[at]}: ${number(zipped(all))} B gzip`);
    const rows = all.map((piece) => ({ file: piece.file, ...costOf(all, (other) => other === piece) }));
    rows.sort((a, b) => b.gzip - a.gzip);
    for (const { file, minified, gzip } of rows)
      console.log(`  ${String(minified).padStart(6)} ${String(gzip).padStart(5)}  ${file}`);
  }
} else if (process.argv.includes('--check')) {
  const [written, measured] = [readFileSync(page, 'utf8'), pageOf()];
  // Neither numbers nor the widths of columns.
  const wordsOf = (text: string): string => text.replace(/[\d,:\s-]+/g, '');
  const sizesOf = (text: string): number[] =>
    [.../\*\*All\*\*(.*)/.exec(text)![1]!.matchAll(/[\d,]+/g)].map(([size]) =>
      Number(size.replaceAll(',', '')),
    );
  const isOff = sizesOf(measured).some((size, at) => Math.abs(sizesOf(written)[at]! / size - 1) > 0.04);
  if (isOff || wordsOf(written) !== wordsOf(measured)) {
    console.error('docs/size.md is out of date: run `npx tsx packages/client/scripts/size-page.ts`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, pageOf());
  spawnSync('npx', ['oxfmt', fileURLToPath(page)], { shell: process.platform === 'win32' });
}

function pageOf(): string {
  const titles = [
    ...parts.map(([title]) => title),
    ...new Set(bundles.flat().map(({ file }) => titleOf(file))),
  ];
  const rows = [...new Set(titles)].flatMap((title) => {
    if (title === 'program') return [];
    const costs = bundles.map((all) => costOf(all, ({ file }) => titleOf(file) === title));
    const what = parts.find((part) => part[0] === title)?.[2] ?? `Other code in \`${title}\``;
    const { minified } = costs.at(-1)!;
    return minified ? [[title, number(minified), ...costs.map(({ gzip }) => number(gzip)), what]] : [];
  });
  const whole = [
    '**All**',
    number(length(bundles.at(-1)!)),
    ...bundles.map((all) => number(zipped(all))),
    '',
  ];
  const heads = ['Part', 'Minified', 'core', 'create', 'zod', 'What it does'];
  return `# What each part of the client costs

<!-- Generated by \`npx tsx packages/client/scripts/size-page.ts\`. -->

This table shows how many bytes each part of the client adds to three programs, which esbuild bundles for browsers:

- **core** makes one request with \`colloquy/core\`.
- **create** makes one request with \`colloquy\`.
- **zod** also streams, and parses a response with \`zodResponseFormat\`. Zod itself is not counted.

The column _Minified_ is the size in the largest program (zod). The other columns show how much smaller the gzipped bundle is
without the part. They do not add up to the total, because text that several parts share is compressed once.
The programs are bundled from the sources, so the totals differ slightly from those of the published package.

A bundler cannot remove the methods of a class. So a program that only calls \`create()\` from \`colloquy\` also contains \`stream()\`,
\`runTools()\` and the names of other resources. \`colloquy/core\` contains none of these.

| ${heads.join(' | ')} |
| --- | --: | --: | --: | --: | --- |
${[...rows, whole].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

\`npx tsx packages/client/scripts/bundle-size.ts\` fails if a program exceeds its limit. \`size-page.ts --files\` prints the sizes for each
file.
`;
}
