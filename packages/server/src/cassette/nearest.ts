/** Finds the nearest recorded request, and describes the differences. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonical, type Difference, type Matching } from './matching.ts';
import type { ExchangeRequest } from './recording.ts';

/** How much of the distance a field makes; others make 1. */
const weights: Record<string, number> = { messages: 8, input: 8, prompt: 8, model: 2, tools: 2 };

/** Requests that are compared before other work of the server has its turn. */
const slice = 50;

/** The recorded request with the smallest distance to `requested`; the first of several. Undefined when there is none. */
export async function nearest<Recorded extends ExchangeRequest>(
  requested: ExchangeRequest,
  recorded: Iterable<Recorded>,
  matching: Matching,
): Promise<Recorded | undefined> {
  const wanted = textsOf(requested, matching);
  let best: { request: Recorded; distance: number } | undefined;
  let compared = 0;
  for (const request of recorded) {
    if (++compared % slice === 0) await nextTurn();
    const distance = distanceBetween(textsOf(request, matching), wanted);
    if (!best || distance < best.distance) best = { request, distance };
  }
  return best?.request;
}

/** `messages[0].content: recorded "Hi", requested "Hello"`, for at most `limit` differences. */
export function describeDifferences(differences: readonly Difference[], limit = 5): string {
  const lines = differences.slice(0, limit).map(({ path, recorded, requested }) => {
    const [before, after] = excerpts(shown(recorded), shown(requested));
    return `${path}: recorded ${before}, requested ${after}`;
  });
  const more = differences.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  return lines.join('; ');
}

function textsOf({ path, body }: ExchangeRequest, matching: Matching): Map<string, string> {
  const fields = Object.entries(matching.fieldsOf(body)).map(([name, value]): [string, string] => [
    name,
    canonical(value),
  ]);
  return new Map([['path', path], ...fields]);
}

function distanceBetween(a: Map<string, string>, b: Map<string, string>): number {
  let distance = 0;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const weight = Object.hasOwn(weights, name) ? weights[name]! : 1;
    distance += weight * (1 - likeness(a.get(name) ?? '', b.get(name) ?? ''));
  }
  return distance;
}

/** From 0 to 1: the share of the longer text that both begin and end with. */
function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const start = commonStart(a, b);
  const room = Math.min(a.length, b.length) - start;
  let end = 0;
  while (end < room && a.at(-1 - end) === b.at(-1 - end)) end++;
  return (start + end) / Math.max(a.length, b.length);
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  return start;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : canonical(value);
}

/** Both texts cut to where they begin to differ, when they are long. */
function excerpts(a: string, b: string, length = 80): [string, string] {
  const from = Math.max(0, commonStart(a, b) - length / 4);
  const cut = (text: string): string => {
    if (text.length <= length) return text;
    const start = Math.min(from, Math.max(0, text.length - length / 2));
    const part = text.slice(start, start + length);
    return `${start > 0 ? '…' : ''}${part}${start + length < text.length ? '…' : ''}`;
  };
  return [cut(a), cut(b)];
}
