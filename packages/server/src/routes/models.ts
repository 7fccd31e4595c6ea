/** `/models`: what this server can answer as. */
import type { Context } from 'hono';
import { ApiError } from '../http/errors.ts';
import type { Parts } from './parts.ts';

export function listModels(c: Context, { models }: Parts): Response {
  return c.json({ object: 'list', data: models.list() });
}

/** A model by name; the name may contain slashes, as it stands or escaped. */
export function retrieveModel(c: Context, { models }: Parts): Response {
  return c.json(models.card(c.req.param('id') ?? ''));
}

/** Models belong to the server: only fine-tuned ones, which it does not have, could be deleted. */
export function deleteModel(c: Context, { models }: Parts): never {
  const { id } = models.card(c.req.param('id') ?? '');
  throw new ApiError(
    403,
    `You are not allowed to delete the model '${id}'. Only fine-tuned models can be deleted.`,
  );
}
