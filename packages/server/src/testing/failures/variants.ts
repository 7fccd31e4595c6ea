/** All variants of a recorded response: the ways in which it can arrive or fail. */
import { inPieces } from './body.ts';
import { delivery, events, failure, json, type Delivery } from './delivery.ts';
import { dialectVariants } from './dialects.ts';
import type { Recorded, RecordedStream } from './recorded.ts';
import type { Asked, Variant, VariantGroup } from './variant.ts';

/** The response as it was recorded. */
export function wholeDelivery(recorded: Recorded, { stream, includeUsage }: Asked): Delivery {
  return stream
    ? events(recorded.stream(includeUsage).events.join(''))
    : json(JSON.stringify(recorded.completion()));
}

/** All variants of a recording; two that would send the same are one. */
export async function variantsOf(
  recorded: Recorded,
  asked: Asked,
  dialects: readonly string[],
): Promise<Variant[]> {
  const whole = wholeDelivery(recorded, asked);
  const all = [
    ...(asked.stream ? streamVariants(recorded.stream(asked.includeUsage)) : bodyVariants(whole)),
    ...insteadVariants(whole),
    ...(await Promise.all(dialects.map((name) => dialectVariants(name, recorded, asked)))).flat(),
  ];
  const seen = new Set([keyOf({ delivery: whole })]);
  return all.filter((variant) => {
    const key = keyOf(variant);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function keyOf({ delivery, attempts }: Pick<Variant, 'delivery' | 'attempts'>): string {
  const { pieces, ...rest } = delivery;
  return JSON.stringify([rest, attempts, pieces.map((piece) => Buffer.from(piece).toString('latin1'))]);
}

function streamVariants({ events: all }: RecordedStream): Variant[] {
  const upTo = (count: number): string => all.slice(0, count).join('');
  const inside = (count: number): string =>
    upTo(count) + (all[count] ?? '').slice(0, Math.ceil((all[count] ?? '').length / 2));
  const place = (count: number): string =>
    count === 0 ? 'before the first event' : `after event ${count} of ${all.length}`;
  const counts = all.map((_event, index) => index);
  return [
    ...splitVariants(events(all.join(''))),
    ...counts.flatMap((count) => [
      failing('cut', `cut ${place(count)}`, events(upTo(count))),
      failing('cut', `cut inside event ${count + 1} of ${all.length}`, events(inside(count))),
    ]),
    ...someOf(counts).flatMap((count) => [
      failing('reset', `reset ${place(count)}`, events(upTo(count), 'reset')),
      failing('stall', `stalled ${place(count)}`, events(upTo(count), 'stall')),
      failing('error', `error event ${place(count)}`, events(upTo(count) + errorEvent)),
    ]),
    failing('stall', `stalled inside event 2 of ${all.length}`, events(inside(1), 'stall')),
  ];
}

function bodyVariants(whole: Delivery): Variant[] {
  const text = Buffer.concat(whole.pieces).toString();
  const half = text.slice(0, Math.ceil(text.length / 2));
  return [
    ...splitVariants(whole),
    failing('cut', 'cut in the middle', json(half)),
    failing('reset', 'reset in the middle', json(half, 'reset')),
    failing('stall', 'stalled in the middle', json(half, 'stall')),
    failing('stall', 'stalled after the headers', json('', 'stall')),
    failing('error', 'an error with the status 200', json(JSON.stringify(failure(500)))),
  ];
}

const failing = (group: VariantGroup, name: string, sent: Delivery): Variant => ({
  group,
  name,
  promised: 'failing',
  delivery: sent,
});

/** The same bytes in other pieces. */
function splitVariants(whole: Delivery): Variant[] {
  const bytes = Buffer.concat(whole.pieces);
  return [1, 2, 3, 7, 64].map((size) => ({
    group: 'split' as const,
    name: size === 1 ? 'one byte at a time' : `${size} bytes at a time`,
    promised: 'whole' as const,
    delivery: { ...whole, pieces: inPieces(bytes, size) },
  }));
}

/** Something else instead of the response, for every attempt or only for the first. */
function insteadVariants(whole: Delivery): Variant[] {
  const { 'content-type': type = '' } = whole.headers;
  const retry = { 'retry-after-ms': '1' };
  const page = '<!doctype html><title>Bad gateway</title><h1>502 Bad Gateway</h1>';
  const sent: [VariantGroup, string, Delivery][] = [
    [
      'status',
      'status 429',
      {
        ...json(JSON.stringify(failure(429)), 'end', 429),
        headers: { 'content-type': 'application/json', ...retry },
      },
    ],
    [
      'status',
      'status 502 with an HTML page',
      delivery(page, 'end', { 'content-type': 'text/html', ...retry }, 502),
    ],
    ['reset', 'reset before the response', { ...whole, before: 'reset' }],
  ];
  return [
    ...sent.flatMap(([group, name, instead]): Variant[] => [
      { group, name, promised: 'failing', delivery: instead },
      { group, name: `${name}, once`, promised: 'unclear', delivery: instead, attempts: 1 },
    ]),
    failing('stall', 'stalled before the response', { ...whole, before: 'stall' }),
    failing('status', 'status 200 with an HTML page', delivery(page, 'end', { 'content-type': 'text/html' })),
    failing('status', 'status 200 without a body', delivery('', 'end', { 'content-type': type })),
  ];
}

/** The first, the last and three places between them. */
function someOf<Item>(items: readonly Item[]): Item[] {
  const last = items.length - 1;
  const places = [0, 1, Math.floor(last / 2), last - 1, last].filter((place) => place >= 0 && place <= last);
  return [...new Set(places)].map((place) => items[place] as Item);
}

const errorEvent = `event: error\ndata: ${JSON.stringify(failure(500))}\n\n`;
