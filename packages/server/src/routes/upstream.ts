/** The endpoints that run a model, with an upstream instead of the model. */
import type { Context } from 'hono';
import { firstAnswer, type Answer } from '../gateway/attempts.ts';
import { readAsked, type Asked } from '../gateway/asked.ts';
import { recordOf, withNewId } from '../gateway/record.ts';
import { allOf, TappedStream, type Tapping } from '../gateway/relay.ts';
import { isCompressed } from '../gateway/source.ts';
import { readWhole, StreamTap, type Reading } from '../gateway/tap.ts';
import { directBody, type PartSource } from '../http/direct.ts';
import { ApiError } from '../http/errors.ts';
import { isObserved, notesOf, noteUsage } from '../http/request-event.ts';
import { logRecord } from '../http/telemetry.ts';
import type { CompletionRequest } from '../models/model.ts';
import { bodiless, pathPart } from '../models/upstream.ts';
import type { Target } from '../models/upstreams.ts';
import { obeys } from '../sandbox/asks.ts';
import { breakable, hasSocket } from './connection.ts';
import type { Parts } from './parts.ts';

/** A request, and the upstreams that may respond to it. */
export interface ForUpstream {
  asked: Asked;
  targets: Target[];
}

/**
 * The upstreams for a request; undefined when its model is not theirs. Only what this server reads itself is checked. Throws an
 * `ApiError`.
 */
export function forUpstream(
  c: Context,
  { upstreams, config }: Parts,
  body: unknown,
  bytes: Uint8Array,
): ForUpstream | undefined {
  if (!upstreams) return undefined;
  const asked = readAsked(pathOf(c), body, bytes, config.store);
  const targets = upstreams.targets(asked.model);
  return targets && { asked, targets };
}

/** The path below the base URL. */
export function pathOf(c: Context): string {
  return c.req.path.replace(/^\/v1(?=\/)/, '');
}

/** The response of the first upstream that responds: its status, headers and bytes are unchanged. */
export async function askUpstreams(
  c: Context,
  parts: Parts,
  { asked, targets }: ForUpstream,
): Promise<Response> {
  const { headers, signal } = c.req.raw;
  obeys({ id: asked.model ?? '' }, headers);
  const startedAt = performance.now();
  const answer = await firstAnswer(asked, targets, {
    headers,
    signal,
    onFailure({ name }, { kind, words }) {
      notesOf(c).upstreamFailures.push({ upstream: name, reason: kind });
      log(c, parts, `The upstream '${name}' failed: ${words}`);
    },
  });
  const { source, upstream } = answer;
  notesOf(c).upstream = upstream.name;
  if (bodiless.has(source.status)) {
    source.cancel();
    return new Response(null, { status: source.status, headers: source.headers });
  }
  const isRead = asked.store || (isObserved(c) && asked.path === '/chat/completions');
  if (!isRead || source.status >= 300) return respond(c, parts, answer, source);
  const tapping = tappingOf(c, parts, asked, answer, startedAt);
  if (isCompressed(source.headers)) {
    tapping.lost('The upstream compressed it, although the request did not allow that.');
    return respond(c, parts, answer, source);
  }
  const request = asked.body as unknown as CompletionRequest;
  if (source.isStream) {
    const tap = new StreamTap(request, source.headers);
    // An error event may take the place of the last part.
    source.headers.delete('content-length');
    return respond(c, parts, answer, new TappedStream(source, tap, tapping));
  }
  const reading = allOf(source).then((bytes) => readWhole(request, bytes, source.headers));
  await reading.then(tapping.read, tapping.lost);
  return respond(c, parts, answer, source);
}

/** What an upstream says about one of its models. */
export async function passGet(c: Context, { upstream, model }: Target): Promise<Response> {
  const { headers, signal } = c.req.raw;
  // The slash in a name is part of the path, as the API has it.
  const path = `/models/${model.split('/').map(pathPart).join('/')}`;
  return breakable(await upstream.upstream.send({ path, method: 'GET', headers, signal }), c);
}

function respond(
  c: Context,
  { journal }: Parts,
  { source: { status, headers } }: Answer,
  body: PartSource,
): Response {
  const response = new Response(directBody(body), { status, headers });
  return journal || !hasSocket(c) ? breakable(response, c) : response;
}

function tappingOf(
  c: Context,
  parts: Parts,
  asked: Asked,
  { upstream, attempts }: Answer,
  startedAt: number,
): Tapping {
  const { signal } = c.req.raw;
  const notes = notesOf(c);
  const since = (time: number): number => Math.round(time - startedAt);
  return {
    async read({ completion, firstTokenAt }: Reading) {
      noteUsage(notes, completion.usage);
      if (!asked.store || signal.aborted) return;
      const route = {
        upstream: upstream.name,
        attempts,
        ...(firstTokenAt !== undefined && { first_token_ms: since(firstTokenAt) }),
        total_ms: since(performance.now()),
      };
      const record = recordOf(completion, asked);
      try {
        await parts.store.insert({ ...record, route });
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'already_exists')) throw error;
        await parts.store.insert({ ...withNewId(record), route });
      }
      notes.stored = true;
    },
    lost(reason) {
      if (!asked.store || signal.aborted) return;
      const words = reason instanceof Error ? reason.message : String(reason);
      // The upstream may have written them: they must not begin a line of their own, nor steer a terminal.
      log(c, parts, `The completion was not stored: ${words.slice(0, 200).replace(/[\p{C}\p{Z}]+/gu, ' ')}`);
    },
    broken(kind) {
      // A caller that leaves ends the request upstream.
      if (signal.aborted) return;
      notes.upstreamFailures.push({ upstream: upstream.name, reason: kind });
    },
    fail: (thrown) => parts.fail(thrown, c),
  };
}

function log(c: Context, { config }: Parts, text: string): void {
  const id = c.get('requestId') as string;
  config.log?.(config.logFormat === 'json' ? logRecord('error', text, { id }) : `${id} ${text}`);
}
