/** The JSON body of a request, as routes read it. */
import type { Context } from 'hono';
import { readJSON } from '../http/body.ts';
import { noteBody } from '../http/journal.ts';
import type { Parts } from './parts.ts';

/** Throws an `ApiError` when the body is not JSON or too large. */
export async function readBody(c: Context, { config }: Parts): Promise<unknown> {
  const body = await readJSON(c.req.raw, config.bodyLimit);
  noteBody(c, body);
  return body;
}
