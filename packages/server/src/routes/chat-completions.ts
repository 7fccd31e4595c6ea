/** `/chat/completions`: list, retrieve, update and delete what was stored. */
import type { Context } from 'hono';
import { validateMetadata } from '../completion/validate.ts';
import { ApiError, invalidRequest } from '../http/errors.ts';
import { Query } from '../http/query.ts';
import type { Page } from '../store/completions.ts';
import { readBody } from './body.ts';
import type { Parts } from './parts.ts';

/** Those of the API, and two of ours: a span of time. */
const listParameters = ['after', 'limit', 'model', 'order', 'created_after', 'created_before'];

export async function listCompletions(c: Context, { store }: Parts): Promise<Response> {
  const query = new Query(c.req.url, listParameters, ['metadata']);
  const metadata = query.pairs('metadata');
  validateMetadata(Object.fromEntries(metadata), 'metadata');
  const filter = {
    model: query.get('model'),
    metadata,
    createdAfter: query.integer('created_after'),
    createdBefore: query.integer('created_before'),
  };
  return c.json(toList(await store.list({ ...query.page(), ...filter })));
}

export async function retrieveCompletion(c: Context, { store }: Parts): Promise<Response> {
  const id = c.req.param('id') ?? '';
  return c.json((await store.find(id)) ?? notFound(id));
}

/** Replaces the metadata, the only part of a stored completion that can change. */
export async function updateCompletion(c: Context, parts: Parts): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const metadata = validateMetadata(readUpdate(await readBody(c, parts)), 'metadata');
  return c.json((await parts.store.updateMetadata(id, metadata ?? null)) ?? notFound(id));
}

export async function deleteCompletion(c: Context, { store }: Parts): Promise<Response> {
  const id = c.req.param('id') ?? '';
  if (!(await store.remove(id))) notFound(id);
  return c.json({ object: 'chat.completion.deleted', id, deleted: true });
}

/** A page as the API writes it. */
export function toList<Item extends { id: string }>({ data, hasMore }: Page<Item>): object {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

export function notFound(id: string): never {
  throw new ApiError(404, `No chat completion found with id '${id.slice(0, 80)}'.`, {
    param: 'completion_id',
    code: 'not_found',
  });
}

function readUpdate(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest(
      null,
      'The body of your request must be a JSON object with a metadata field.',
      'invalid_type',
    );
  }
  const unknown = Object.keys(body).find((name) => name !== 'metadata');
  if (unknown !== undefined) {
    const param = unknown.slice(0, 80);
    throw invalidRequest(param, `Unknown parameter: '${param}'.`, 'unknown_parameter');
  }
  if (!Object.hasOwn(body, 'metadata')) {
    throw invalidRequest('metadata', "Missing required parameter: 'metadata'.", 'missing_required_parameter');
  }
  return (body as { metadata: unknown }).metadata;
}
