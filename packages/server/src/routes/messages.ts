/** `/chat/completions/{id}/messages`: the messages of a stored completion's request. */
import type { Context } from 'hono';
import { Query } from '../http/query.ts';
import { notFound, toList } from './chat-completions.ts';
import type { Parts } from './parts.ts';

export async function listMessages(c: Context, { store }: Parts): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const query = new Query(c.req.url, ['after', 'limit', 'order']);
  return c.json(toList((await store.messages(id, query.page())) ?? notFound(id)));
}
