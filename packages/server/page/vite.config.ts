import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Leaves the reading of event streams out of the client, a third of its code: the page never streams, and a bundler
 * cannot leave out what a method of a class could use. Fails when the built client has no such functions.
 */
function withoutStreams(): Plugin {
  const unused = [
    /^async function readStream\(props\) \{\n[\s\S]*?^\}/m,
    /^function chunkRules\([\s\S]*?^\}/m,
  ];
  const missing = new Set(unused);
  return {
    name: 'without-streams',
    transform(code, id) {
      if (!/colloquy|packages\/client\/dist/.test(id)) return null;
      let rest = code;
      for (const pattern of unused) {
        rest = rest.replace(pattern, (found) => {
          missing.delete(pattern);
          return `${found.slice(0, found.indexOf('('))}() { throw new Error('The page does not stream.'); }`;
        });
      }
      return rest === code ? null : { code: rest, map: null };
    },
    buildEnd(error) {
      if (!error && missing.size > 0) this.error(`The client has no code like ${[...missing].join(' or ')}.`);
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
  resolve: { alias: { react: fileURLToPath(new URL('src/elements.ts', import.meta.url)) } },
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
