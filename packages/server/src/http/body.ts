/** Reads the JSON body of a request, or throws the API's error for a body that cannot be read. */
import { isDue, turn } from '../slices.ts';
import { ApiError, invalidRequest } from './errors.ts';

const notJSON =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
  'correctly. The API expects a JSON payload, but what was sent was not valid JSON.)';

/** What a body may hold. */
export interface BodyLimits {
  /** Bytes. */
  bodyLimit: number;
  /** Values of arrays and objects. A string counts as three of them and a property as ten, which is what they cost to parse. */
  maxValues: number;
}

/**
 * The body as a value. It must say that it is JSON: a web page cannot send that content type to another origin
 * without asking first, so a stray page cannot post to a local server. `onBytes` gets the body as it was sent.
 */
export async function readJSON(
  request: Request,
  limits: BodyLimits,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<unknown> {
  requireJSON(request.headers);
  const bytes = await readBytes(request, limits.bodyLimit);
  onBytes?.(bytes);
  const text = await readText(bytes, limits.maxValues);
  // This is the one step that cannot be done in slices. `maxValues` is what keeps it short.
  if (isDue()) await turn();
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequest(null, notJSON);
  }
}

/** Bytes that are decoded without a break. */
const sliceLength = 256 * 1024;

async function readText(bytes: Uint8Array, maxValues: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const counter = new ValueCounter();
  let text = '';
  for (let start = 0; start < bytes.length; start += sliceLength) {
    if (isDue()) await turn();
    const slice = bytes.subarray(start, start + sliceLength);
    if (counter.add(slice) > maxValues) throw tooManyValues(maxValues);
    text += decoded(decoder, slice);
  }
  return text + decoded(decoder);
}

function decoded(decoder: TextDecoder, slice?: Uint8Array): string {
  try {
    return decoder.decode(slice, { stream: slice !== undefined });
  } catch {
    throw invalidRequest(null, notJSON);
  }
}

const [quote, comma, colon, array, backslash, object] = [...Buffer.from('",:[\\{')] as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Counts the values of JSON text before it is parsed. What is not JSON gets some number. */
class ValueCounter {
  #count = 0;
  #isInString = false;
  #isEscaped = false;

  /** The count so far, `slice` included. */
  add(slice: Uint8Array): number {
    for (let at = 0; at < slice.length; at++) {
      const byte = slice[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isInString = false;
        continue;
      }
      if (byte === quote) {
        this.#isInString = true;
        this.#count += 2;
      } else if (byte === comma || byte === array || byte === object) this.#count++;
      else if (byte === colon) this.#count += 7;
    }
    return this.#count;
  }
}

function requireJSON(headers: Headers): void {
  const type = headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    const shown =
      type === '' ? 'Missing Content-Type header' : `Invalid Content-Type header (${type.slice(0, 80)})`;
    throw new ApiError(
      415,
      `${shown}, expected application/json. ` +
        "(HINT: If you're using curl, you can pass -H 'Content-Type: application/json')",
      { code: 'unsupported_content_type' },
    );
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new ApiError(415, `Unsupported Content-Encoding header (${encoding.slice(0, 80)}).`, {
      code: 'unsupported_content_encoding',
    });
  }
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced !== null) {
    // The HTTP server holds the sender to the announced length, so the body can be taken in one piece.
    if (Number(announced) > limit) throw tooLarge(limit);
    return new Uint8Array(await request.arrayBuffer());
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > limit) throw tooLarge(limit);
    pieces.push(piece);
    if (isDue()) await turn();
  }
  return Buffer.concat(pieces, length);
}

function tooLarge(limit: number): ApiError {
  return new ApiError(413, `The body of your request is larger than the limit of ${limit} bytes.`, {
    code: 'request_too_large',
  });
}

function tooManyValues(limit: number): ApiError {
  return new ApiError(
    413,
    `The body of your request holds more than ${limit} values. A string counts as three and a property as ten.`,
    { code: 'request_too_large' },
  );
}
