/** A response with JSON of any size, written and sent in slices. */
import { isDue, turn } from '../slices.ts';

/** Characters up to which a body is sent in one piece. */
const shortBody = 2 ** 20;

/** `value` as `Response.json` would send it, which must be plain data. */
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
  if (!items.some((item) => typeof item === 'object' && item !== null)) {
    return yield JSON.stringify(items).slice(1, -1);
  }
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* written(item, depth + 1);
  }
}
