/** The files of the page, read once, with their headers. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  body: Uint8Array<ArrayBuffer>;
  /** The same as gzip, made when it is first asked for. */
  zipped: () => Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
}

/** By path: `/` and `/assets/...`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the build puts the page, as seen from the built package and from the sources. */
const folders = ['./page/', '../../dist/page/'];

/** The built page, or undefined where it was not built. */
export function readPageFiles(): PageFiles | undefined {
  for (const folder of folders) {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    const names = filesIn(root);
    if (!names.includes('index.html')) continue;
    return new Map(
      names.map((name) => [name === 'index.html' ? '/' : `/assets/${name}`, readPageFile(root, name)]),
    );
  }
  return undefined;
}

function filesIn(root: string): string[] {
  try {
    return ['index.html', ...readdirSync(join(root, 'assets'))];
  } catch {
    return [];
  }
}

function readPageFile(root: string, name: string): PageFile {
  const path = name === 'index.html' ? join(root, name) : join(root, 'assets', name);
  const body = new Uint8Array(readFileSync(path));
  let zipped: Uint8Array<ArrayBuffer> | undefined;
  return {
    body,
    zipped: () => (zipped ??= new Uint8Array(gzipSync(body, { level: 9 }))),
    type: types[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}
