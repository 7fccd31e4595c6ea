/** `/sandbox/*`: lets tests in other languages add fixtures, read requests and reset the sandbox. */
import type { Context } from 'hono';
import { checkFixture } from '../fixtures/check.ts';
import { FixtureError, type Fixture } from '../fixtures/fixture.ts';
import { ApiError, invalidRequest } from '../http/errors.ts';
import { shownHeader } from '../http/auth.ts';
import type { RecordedRequest } from '../http/journal.ts';
import { Query } from '../http/query.ts';
import { readBody } from './body.ts';
import type { Parts } from './parts.ts';

/** Adds fixtures: one, a list, or `{"fixtures": [...]}`, as in a file. They are tried before those of files. */
export async function addFixtures(c: Context, parts: Parts): Promise<Response> {
  refuseOtherOrigins(c, parts);
  const fixtures = fixturesIn(await readBody(c, parts));
  parts.fixtures.add(...fixtures);
  return c.json({ added: fixtures.length });
}

/**
 * The recorded requests of the project that meet the filters, oldest first. `limit` keeps the last of them. API keys in their
 * headers are masked.
 */
export function listRequests(c: Context, { journal, project }: Parts): Response {
  const query = new Query(c.req.url, ['path', 'model', 'status', 'limit'], ['header']);
  const headers = headersIn(query);
  const [path, model] = [query.get('path'), query.get('model')];
  const [status, limit] = [query.integer('status'), query.integer('limit')];
  if (limit !== undefined && limit < 0)
    throw invalidRequest('limit', "Invalid 'limit': expected 0 or more.", 'integer_below_min_value');
  const found = (journal?.of(project) ?? []).filter(
    (entry) =>
      (path === undefined || pathOf(entry.path) === pathOf(path)) &&
      (model === undefined || entry.body?.model === model) &&
      (status === undefined || entry.response?.status === status) &&
      hasHeaders(entry.headers, headers),
  );
  const from = limit === undefined ? 0 : Math.max(0, found.length - limit);
  return c.json({ object: 'list', data: found.slice(from).map(shown) });
}

/** Without its query and without `/v1`. */
const pathOf = (path: string): string => path.replace(/\?.*$/s, '').replace(/^\/v1(?=\/)/, '');

/**
 * Removes added fixtures and recorded requests, starts sequences and `times` again; empties a database in memory. With
 * `header[x-test-id]=a`, only what belongs to requests with that header, which is nothing of a file or the database.
 */
export async function reset(c: Context, parts: Parts): Promise<Response> {
  refuseOtherOrigins(c, parts);
  const { fixtures, asks, journal, cassette, control, project, store } = parts;
  const headers = headersIn(new Query(c.req.url, [], ['header']));
  const isAll = headers.size === 0;
  fixtures.reset(headers);
  asks.reset(isAll ? undefined : headers.values());
  journal?.remove((entry) => entry.project === project && hasHeaders(entry.headers, headers));
  if (isAll) cassette?.reset(project);
  if (isAll && control?.forgets) await store.clear();
  return c.json({ reset: true });
}

/** The headers that a query names, in lower case: `header[x-test-id]=a`. */
function headersIn(query: Query): ReadonlyMap<string, string> {
  return new Map([...query.pairs('header')].map(([name, value]) => [name.toLowerCase(), value]));
}

function hasHeaders(given: Headers, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([name, value]) => isHeaderName(name) && given.get(name) === value);
}

/** What is no name of a header cannot be asked for. */
const isHeaderName = (name: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(name);

/** Browsers say where a request comes from. A page that is open in one must not change what a test sees. */
function refuseOtherOrigins(c: Context, { config: { cors } }: Parts): void {
  const origin = c.req.header('origin');
  if (origin === undefined || cors.includes('*') || cors.includes(origin)) return;
  throw new ApiError(
    403,
    `Pages from '${origin.slice(0, 80)}' must not use this. (HINT: start the server with --cors.)`,
    {
      code: 'origin_not_allowed',
    },
  );
}

function fixturesIn(body: unknown): Fixture[] {
  const { fixtures } = (body ?? {}) as { fixtures?: unknown };
  const [list, prefix] = Array.isArray(body)
    ? [body, '']
    : [fixtures ?? [body], fixtures ? 'fixtures' : undefined];
  if (!Array.isArray(list))
    throw invalidRequest('fixtures', "Invalid 'fixtures': expected an array.", 'invalid_type');
  for (const [index, fixture] of list.entries())
    checked(fixture, prefix === undefined ? '' : `${prefix}[${index}]`);
  return list as Fixture[];
}

function checked(fixture: unknown, path: string): void {
  try {
    checkFixture(fixture, path);
  } catch (thrown) {
    if (thrown instanceof FixtureError) throw invalidRequest(thrown.path, thrown.message, 'invalid_fixture');
    throw thrown;
  }
}

function shown({ method, path, headers, body, startedAt, durationMs, response }: RecordedRequest): object {
  return {
    method,
    path,
    headers: Object.fromEntries([...headers].map(([name, value]) => [name, shownHeader(name, value)])),
    body: body ?? null,
    started_at: startedAt.toISOString(),
    duration_ms: durationMs === undefined ? null : Math.round(durationMs),
    response: response
      ? {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          state: response.state,
          text: response.text,
          body: response.body ?? null,
        }
      : null,
  };
}
