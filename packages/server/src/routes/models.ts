/** `/models`: which models this server has. */
import type { Context } from 'hono';
import { ApiError } from '../http/errors.ts';
import type { ModelCard } from '../models/routing.ts';
import type { Parts } from './parts.ts';
import { passGet } from './upstream.ts';

export async function listModels(c: Context, parts: Parts): Promise<Response> {
  return c.json({ object: 'list', data: await allModels(c, parts) });
}

/** A model by name; the name may contain slashes, as it stands or escaped. */
export async function retrieveModel(c: Context, parts: Parts): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const { models, upstreams } = parts;
  if (!upstreams) return c.json(models.card(id));
  const listed = (await allModels(c, parts)).find((card) => card.id === id);
  if (listed) return c.json(listed);
  const [target] = upstreams.targets(id) ?? [];
  return target?.upstream.isListed ? passGet(c, target) : c.json(models.card(id));
}

/** Models belong to the server: only fine-tuned ones, which it does not have, could be deleted. */
export function deleteModel(c: Context, { models, upstreams }: Parts): never {
  const name = c.req.param('id') ?? '';
  const id = upstreams?.targets(name) ? name : models.card(name).id;
  throw new ApiError(
    403,
    `You are not allowed to delete the model '${id}'. Only fine-tuned models can be deleted.`,
  );
}

async function allModels(c: Context, { models, lists }: Parts): Promise<ModelCard[]> {
  return [...models.list(), ...((await lists?.all(c.req.raw.headers)) ?? [])];
}
