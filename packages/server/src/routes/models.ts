/** `/models`: what this server can answer as. */
import type { Context } from 'hono';
import type { Parts } from './parts.ts';

export function listModels(c: Context, { models }: Parts): Response {
  return c.json({ object: 'list', data: models.list() });
}

/** A model by name; the name may contain slashes, as it stands or escaped. */
export function retrieveModel(c: Context, { models }: Parts): Response {
  return c.json(models.card(c.req.param('id') ?? ''));
}
