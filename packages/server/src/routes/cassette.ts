/** The endpoints that run a model, with a cassette instead of the model. */
import type { Context } from 'hono';
import type { Cassette } from '../cassette/cassette.ts';
import type { Scripted } from '../fixtures/script.ts';
import { ApiError } from '../http/errors.ts';
import { inSlices, type Sliced } from '../slices.ts';
import { breakable } from './connection.ts';
import type { Parts } from './parts.ts';

/** The part of an endpoint that fixtures are found with. */
interface Scriptable<Request> {
  validate(body: unknown): Sliced<Request>;
  script?(request: Request, headers: Headers, parts: Parts): Promise<Scripted | undefined>;
}

/**
 * The response of a cassette. `bytes` are the body as it was sent, and pass through unchanged. Only that it is a JSON object
 * is checked: all else is the upstream's to judge.
 */
export async function passOn(
  cassette: Cassette,
  project: string,
  c: Context,
  body: unknown,
  bytes: Uint8Array,
): Promise<Response> {
  const { headers, signal } = c.req.raw;
  const path = c.req.path.replace(/^\/v1(?=\/)/, '');
  const request = { path, headers, body: bytes, value: body, signal };
  return breakable(await cassette.respond(request, project), c);
}

/** The reply of a fixture, which takes precedence over a cassette and an upstream. These judge requests that are not valid. */
export async function fixtureOver<Request>(
  body: unknown,
  { validate, script }: Scriptable<Request>,
  headers: Headers,
  parts: Parts,
): Promise<Scripted | undefined> {
  if (!script || (parts.fixtures.isEmpty && !isStrict(parts))) return undefined;
  let request: Request;
  try {
    request = await inSlices(validate(body));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
  return script(request, headers, { ...parts, config: { ...parts.config, strictFixtures: isStrict(parts) } });
}

/** A cassette has replies of its own, which no fixture need be for. */
function isStrict({ cassette, config: { strictFixtures } }: Parts): boolean {
  return strictFixtures && !cassette;
}
