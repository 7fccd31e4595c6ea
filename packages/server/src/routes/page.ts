/** `/` and `/assets/*`: the page that shows stored completions. The page needs no key, but its requests do. */
import type { Context } from 'hono';
import type { PageFile, PageFiles } from '../http/page-files.ts';

/**
 * Scripts and styles of the page alone. Pictures may come from elsewhere, because a reader may ask for one. No text is ever
 * parsed as HTML or as a script: the one trusted type that the page may make is the address of its worker.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: https: http:",
  'media-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types worker',
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
};

/** The handler of each path of the page. */
export function pageRoutes(files: PageFiles): [path: string, handler: (c: Context) => Response][] {
  return [...files].map(([path, file]) => {
    // The names of assets change with their contents.
    const caching = path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable';
    return [path, (c) => respond(c, file, caching)];
  });
}

function respond(c: Context, { body, zipped, type, etag }: PageFile, caching: string): Response {
  const known = c.req.header('if-none-match')?.split(',') ?? [];
  const all: Record<string, string> = { ...headers, etag, 'cache-control': caching };
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag))
    return new Response(null, { status: 304, headers: all });
  all['content-type'] = type;
  if (!acceptsGzip(c.req.header('accept-encoding'))) return new Response(body, { headers: all });
  // The bytes differ, so the tag is only a weak one.
  return new Response(zipped(), { headers: { ...all, etag: `W/${etag}`, 'content-encoding': 'gzip' } });
}

function acceptsGzip(accepted = ''): boolean {
  return accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));
}
