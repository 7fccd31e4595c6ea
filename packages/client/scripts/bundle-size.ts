// Prints what the built client costs the programs that use it, and fails when one is over its limit. Sizes are of an
// esbuild bundle for browsers, minified, with zod left out; gzip at its default level.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Program {
  name: string;
  /** Bytes after gzip. */
  limit: number;
  source: string;
}

const create = `
  import OpenAI from 'colloquy';
  const client = new OpenAI({ apiKey: 'key', dangerouslyAllowBrowser: true });`;

const programs: Program[] = [
  {
    name: 'one create',
    limit: 10 * 1024,
    source: `${create}
      console.log(await client.chat.completions.create({ model: 'm', messages: [] }));`,
  },
];

const resolveDir = fileURLToPath(new URL('..', import.meta.url));
const withFiles = process.argv.includes('--files');
let over = 0;
for (const { name, limit, source } of programs) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['zod', 'zod/*'],
  });
  const bytes = outputFiles[0]!.contents;
  const zipped = gzipSync(bytes).length;
  if (zipped > limit) over += 1;
  const verdict =
    zipped > limit
      ? `OVER the limit of ${limit.toLocaleString('en')}`
      : `limit ${limit.toLocaleString('en')}`;
  console.log(
    `${name}: ${bytes.length.toLocaleString('en')} B minified, ${zipped.toLocaleString('en')} B gzip (${verdict})`,
  );
  if (withFiles) {
    const inputs = Object.entries(Object.values(metafile.outputs)[0]!.inputs);
    for (const [file, { bytesInOutput }] of inputs.toSorted(
      (a, b) => b[1].bytesInOutput - a[1].bytesInOutput,
    ))
      console.log(`  ${String(bytesInOutput).padStart(7)}  ${file}`);
  }
}
process.exitCode = over > 0 ? 1 : 0;
