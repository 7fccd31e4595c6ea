// The import paths of the package: a file at `src/entries/lib/EventStream.ts` is `colloquy/lib/EventStream`, and
// nothing else can be imported. `index` is the root.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/entries/', import.meta.url));

export const entries: string[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/').slice(0, -'.ts'.length))
  .sort();
