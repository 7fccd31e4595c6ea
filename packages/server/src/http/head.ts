import type { Context } from 'hono';

/** Hono drops the body of a response to HEAD. One that an upstream sends must also be ended, or its connection stays open. */
export async function withoutBodyOfHead(c: Context, next: () => Promise<void>): Promise<void> {
  await next();
  if (c.req.raw.method !== 'HEAD' || !c.res.body) return;
  const { body } = c.res;
  c.res = new Response(null, c.res);
  await body.cancel();
}
