/** JSON of any size, written in slices. Values must be plain data. */
import { isDue, turn, type Sliced } from '../slices.ts';

/** Characters up to which a body is sent with one write. */
const shortBody = 2 ** 20;

/** The text of `JSON.stringify`. A short one is written at once. */
export function* jsonInSlices(value: object): Sliced<string> {
  let text = '';
  let pauseAt = pieceLength;
  for (const piece of written(value)) {
    text += piece;
    if (text.length < pauseAt) continue;
    pauseAt = text.length + pieceLength;
    yield;
  }
  return text;
}

/** `value` as `Response.json` would send it, sent in slices too. */
export async function jsonResponse(value: object, headers: Record<string, string> = {}): Promise<Response> {
  const pieces = written(value);
  let text = '';
  let step = pieces.next();
  for (; !step.done && text.length < shortBody; step = pieces.next()) {
    text += step.value;
    if (isDue()) await turn();
  }
  const body = step.done ? text : streamOf(text + step.value, pieces);
  return new Response(body, { headers: { 'content-type': 'application/json', ...headers } });
}

function streamOf(beginning: string, pieces: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = beginning;
  return new ReadableStream({
    async pull(controller) {
      if (isDue()) await turn();
      let step = pieces.next();
      for (; !step.done && text.length < pieceLength; step = pieces.next()) text += step.value;
      controller.enqueue(encoder.encode(step.done ? text : text + step.value));
      text = '';
      if (step.done) controller.close();
    },
  });
}

const pieceLength = 2 ** 16;

/** How deep arrays and objects are taken apart, and how many items of an array are written at once. */
const maxDepth = 5;
const manyItems = 64;

/** The JSON of `value` in pieces. */
function* written(value: unknown, depth = 0): Generator<string> {
  if (isLong(value)) return yield* writtenText(value);
  if (typeof value !== 'object' || value === null || depth > maxDepth) return yield JSON.stringify(value);
  if (Array.isArray(value)) {
    yield '[';
    for (let start = 0; start < value.length; start += manyItems) {
      if (start > 0) yield ',';
      yield* writtenItems(value.slice(start, start + manyItems), depth);
    }
    return yield ']';
  }
  let before = '{';
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    yield* written(field, depth + 1);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* writtenItems(items: readonly unknown[], depth: number): Generator<string> {
  if (!items.some((item) => (typeof item === 'object' && item !== null) || isLong(item))) {
    return yield JSON.stringify(items).slice(1, -1);
  }
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* written(item, depth + 1);
  }
}

const isLong = (value: unknown): value is string => typeof value === 'string' && value.length > pieceLength;

/** A string, never cut inside a character: half of one is written as an escape. */
function* writtenText(text: string): Generator<string> {
  yield '"';
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + pieceLength;
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end++;
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
  }
  yield '"';
}
