import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The sources of the client. The page takes it from there, because a module of its own can be left out, and a part of a built one cannot. */
const client = fileURLToPath(new URL('../../client/src/', import.meta.url));

/** What the page never calls. A bundler keeps it all the same, because methods of classes could call it: a third of the client. */
const unused = ['http/stream-response.ts', 'streaming/chunks.ts'];

/** Puts another module in the place of those. Fails when the client does not import one of them. */
function withoutStreams(): Plugin {
  const replaced = new Set(unused.map((name) => client + name));
  const missing = new Set(replaced);
  return {
    name: 'without-streams',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.startsWith('.') || !importer?.startsWith(client)) return null;
      const target = resolve(dirname(importer), source);
      if (!replaced.has(target)) return null;
      missing.delete(target);
      return `${root}src/no-streams.ts`;
    },
    buildEnd(error) {
      if (!error && missing.size > 0) this.error(`The client does not import ${[...missing].join(' or ')}.`);
    },
  };
}

export default defineConfig({
  root,
  // Relative, so that the page also works below a path of another server.
  base: './',
  plugins: [withoutStreams()],
  oxc: { jsx: { importSource: 'preact', development: false } },
  // Also where the environment says otherwise.
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { alias: { react: `${root}src/elements.ts`, 'colloquy/core': `${client}entries/core.ts` } },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // An image in the script would count as script.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
