/** `/health` and what is below it. They need no key. */
import type { Context } from 'hono';
import type { Parts } from './parts.ts';

/** How long the database may take to respond, in milliseconds. */
const patienceMs = 2_000;

/** Whether the process responds. */
export function health(c: Context): Response {
  return c.json({ status: 'ok' });
}

/** Whether requests can be served: not while the database cannot be reached, nor when the server closes. */
export async function readiness(c: Context, { store, stopping }: Parts): Promise<Response> {
  if (stopping?.aborted) return unavailable(c, 'closing');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), patienceMs)));
  const isReady = await Promise.race([
    late,
    store.ready().then(
      () => true,
      () => false,
    ),
  ]);
  clearTimeout(timer);
  return isReady ? health(c) : unavailable(c, 'database unavailable');
}

function unavailable(c: Context, status: string): Response {
  return c.json({ status }, 503, { 'retry-after': '1' });
}
