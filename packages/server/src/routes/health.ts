/** `/health`: whether the process answers. Needs no key. */
import type { Context } from 'hono';

export function health(c: Context): Response {
  return c.json({ status: 'ok' });
}
