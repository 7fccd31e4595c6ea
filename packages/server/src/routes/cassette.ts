/** The endpoints that run a model, with a cassette in place of the model. */
import type { Context } from 'hono';
import type { Cassette } from '../cassette/cassette.ts';

/**
 * The response of a cassette. `bytes` are the body as it was sent, and pass through unchanged. Only that it is a JSON object
 * is checked: all else is the upstream's to judge.
 */
export function passOn(cassette: Cassette, c: Context, body: unknown, bytes: Uint8Array): Promise<Response> {
  const { headers, signal } = c.req.raw;
  const path = c.req.path.replace(/^\/v1(?=\/)/, '');
  return cassette.respond({ path, headers, body: bytes, value: body, signal });
}
