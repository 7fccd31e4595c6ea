// Prints what the built page costs a browser, and fails when one of these is over its limit. Gzip at its best level, which
// is what the server sends. The limit of the script is the target; the others are what was reached, rounded up.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limits: Record<string, number> = { '.js': 40_000, '.css': 5_120, '.html': 512, '.svg': 512 };

const root = fileURLToPath(new URL('../dist/page/', import.meta.url));
const sizes = new Map<string, number>();
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const bytes = gzipSync(readFileSync(join(entry.parentPath, entry.name)), { level: 9 }).length;
  sizes.set(extname(entry.name), (sizes.get(extname(entry.name)) ?? 0) + bytes);
}

const number = (value: number): string => value.toLocaleString('en');
for (const [type, bytes] of sizes) {
  const limit = limits[type] ?? 0;
  if (bytes > limit) process.exitCode = 1;
  console.log(
    `${type}: ${number(bytes)} B gzip (${bytes > limit ? 'OVER the limit of' : 'limit'} ${number(limit)})`,
  );
}
if (!sizes.has('.js')) throw new Error('The page is not built.');
