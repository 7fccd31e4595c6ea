/** Reads the JSON body of a request, or says in the API's words why it cannot be read. */
import { ApiError, invalidRequest } from './errors.ts';

const notJSON =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
  'correctly. The API expects a JSON payload, but what was sent was not valid JSON.)';

/**
 * The body as a value. It must say that it is JSON: a web page cannot send that content type to another origin
 * without asking first, so a stray page cannot post to a local server. `onBytes` gets the body as it was sent.
 */
export async function readJSON(
  request: Request,
  limit: number,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<unknown> {
  requireJSON(request.headers);
  const bytes = await readBytes(request, limit);
  onBytes?.(bytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest(null, notJSON);
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
  }
  return Buffer.concat(pieces, length);
}

function tooLarge(limit: number): ApiError {
  return new ApiError(413, `The body of your request is larger than the limit of ${limit} bytes.`, {
    code: 'request_too_large',
  });
}
