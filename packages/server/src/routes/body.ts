/** The JSON body of a request, as routes read it. */
import type { Context } from 'hono';
import { readJSON } from '../http/body.ts';
import { noteBody } from '../http/journal.ts';
import type { Parts } from './parts.ts';

/** Throws an `ApiError` when the body is not JSON or too large. `onBytes` gets the body as it was sent. */
export async function readBody(
  c: Context,
  { config }: Parts,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<unknown> {
  const body = await readJSON(c.req.raw, config, onBytes);
  noteBody(c, body);
  return body;
}
