/** A recorded response as other servers would send it, and as they would fail. */
import { quirkNames, quirks, wireFor, type Quirk, type WireAnswer } from '../../sandbox/quirks.ts';
import { didYouMean } from '../../spelling.ts';
import { apiError, events, failure, json, type Delivery } from './delivery.ts';
import type { Recorded } from './recorded.ts';
import type { Asked, Variant } from './variant.ts';

/** Wires that lose something on the way that no client can find again. */
const lossy = new Set(['glm', 'vllm-doubled', 'cloudflare-text-calls', 'openai-parallel']);

/** Throws a `TypeError` for a name that is not in `sandbox/quirks`. */
export async function dialectVariants(name: string, recorded: Recorded, asked: Asked): Promise<Variant[]> {
  const quirk = Object.hasOwn(quirks, name) ? quirks[name] : undefined;
  if (!quirk) {
    const suggestion = didYouMean(name, quirkNames);
    throw new TypeError(`Unknown dialect '${name}'.${suggestion} The dialects are ${quirkNames.join(', ')}.`);
  }
  const whole: Variant = {
    group: 'dialect',
    name: `in the format of ${name}`,
    promised: lossy.has(name) ? 'unclear' : 'whole',
    delivery: asked.stream ? await stream(quirk, recorded, asked) : body(quirk, recorded, asked),
  };
  const failures: [string, Delivery][] = [];
  if (asked.stream) failures.push(['fails mid-stream', await failedStream(quirk, recorded, asked)]);
  if (quirk.error) failures.push(['status 400', error(quirk.error)]);
  return [
    whole,
    ...failures.map(([what, delivery]): Variant => {
      return { group: 'dialect', name: `${what} in the format of ${name}`, promised: 'failing', delivery };
    }),
  ];
}

async function stream(quirk: Quirk, recorded: Recorded, { includeUsage }: Asked): Promise<Delivery> {
  const wire = wireFor(quirk, includeUsage);
  // Of the usage, the wire says itself who gets it.
  const { chunks } = recorded.stream(true);
  let text = '';
  for await (const chunk of wire.chunks(each(chunks))) text += wire.text.event(chunk);
  const sent = events(text + wire.text.end());
  return { ...sent, headers: { ...sent.headers, ...wire.headers } };
}

/** Half of the stream, and the end it has when the server fails. */
async function failedStream(quirk: Quirk, recorded: Recorded, { includeUsage }: Asked): Promise<Delivery> {
  const wire = wireFor(quirk, includeUsage);
  const { chunks } = recorded.stream(false);
  const half = chunks.slice(0, Math.floor(chunks.length / 2));
  let text = '';
  for await (const chunk of wire.chunks(each(half))) text += wire.text.event(chunk);
  const sent = events(text + wire.text.failure(quirk.error?.(apiError(500)).body ?? failure(500)));
  return { ...sent, headers: { ...sent.headers, ...wire.headers } };
}

function body(quirk: Quirk, recorded: Recorded, { includeUsage }: Asked): Delivery {
  const wire = wireFor(quirk, includeUsage);
  const sent = json(wire.body(recorded.completion()));
  return { ...sent, headers: { ...sent.headers, ...wire.headers } };
}

function error(shape: NonNullable<Quirk['error']>): Delivery {
  const { body: value, headers } = shape(apiError(400));
  const sent = json(JSON.stringify(value), 'end', 400);
  return { ...sent, headers: { ...sent.headers, ...headers } };
}

async function* each(chunks: readonly WireAnswer[]): AsyncGenerator<WireAnswer> {
  yield* chunks;
}
