/**
 * Turns a stream into the response of a route handler: its text, or its items as events. Uses only public methods of
 * streams.
 */
import type { Outcome } from './source.ts';
import type { TextStreamOptions } from './text.ts';

/** What can be sent as text: a stream of completions, `stream()`, or a streamed tool run. */
export interface TextSource {
  /** The text in pieces. Leaving the loop early aborts the request. */
  textStream(options?: TextStreamOptions): AsyncIterator<string>;
}

/** What can be sent as events: any `Stream`, `stream()`, or a streamed tool run. */
export interface ItemSource {
  /** One JSON value per line and piece. Cancelling it aborts the request. */
  toReadableStream(): ReadableStream;
  /** How the stream ended. Without `complete`, no `[DONE]` is sent. */
  readonly outcome?: Outcome | undefined;
}

/** `status`, `statusText` and `headers` of the response, and what an error does. */
export interface StreamResponseInit extends ResponseInit {
  /**
   * Called with the error when the stream fails after the response has begun. `toSSEResponse` sends the string that it
   * returns as the message. Default: "The stream failed.", because the message of an error may name hosts and accounts.
   */
  onError?: ((error: unknown) => string | void) | undefined;
}

/** What `toTextResponse` takes. */
export interface TextResponseInit extends StreamResponseInit, TextStreamOptions {}

/**
 * A `text/plain` response with the text of `stream`, UTF-8.
 *
 * Resolves with the first text. Rejects if an error comes before it, so that the handler can choose a status. A later
 * error fails the body. A client that disconnects aborts the request.
 */
export function toTextResponse(stream: TextSource, init: TextResponseInit = {}): Promise<Response> {
  return responseOf(stream.textStream(init), init, {
    type: 'text/plain; charset=utf-8',
    encode: (text) => text,
    end: () => '',
  });
}

/**
 * A response with the items of `stream` as server-sent events, and `[DONE]` at the end. `Stream.fromSSEResponse` and
 * clients read it again. A streamed tool run has the chunks of all its completions, with the tool results between them.
 *
 * Resolves with the first item. Rejects if an error comes before it, so that the handler can choose a status. A later
 * error is sent as an event with its `type`, `code` and `param`, which clients throw as an `APIError`. A client that
 * disconnects aborts the request.
 */
export function toSSEResponse(stream: ItemSource, init: StreamResponseInit = {}): Promise<Response> {
  const lines = stream.toReadableStream().pipeThrough(new TextDecoderStream()).getReader();
  const items = {
    next: () => lines.read() as Promise<IteratorResult<string>>,
    return: (reason?: unknown) => lines.cancel(reason) as Promise<never>,
  };
  return responseOf(items, init, {
    type: 'text/event-stream; charset=utf-8',
    encode: (line) => `data: ${line}\n`,
    // Without it, the reader knows that the completion is cut.
    end: () => ((stream.outcome ?? 'complete') === 'complete' ? 'data: [DONE]\n\n' : ''),
    failed(error, message = 'The stream failed.') {
      const { type, code, param } = Object(error);
      return `data: ${JSON.stringify({ error: { message, type, code, param } })}\n\n`;
    },
  });
}

/** Proxies, and middleware that compresses, would otherwise hold back what is sent. */
const unbuffered = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };

/** How the items of a stream become the body of a response. */
interface Format {
  type: string;
  encode(item: string): string;
  end(): string;
  /** What is sent for an error. Without it, an error fails the body. */
  failed?(error: unknown, message: string | void): string;
}

async function responseOf(
  items: AsyncIterator<string>,
  { onError, ...init }: StreamResponseInit,
  { type, encode, end, failed }: Format,
): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries({ 'content-type': type, ...unbuffered }))
    if (!headers.has(name)) headers.set(name, value);

  let first: IteratorResult<string> | undefined = await items.next();
  const body = new ReadableStream<string>({
    async pull(to) {
      let isLast = true;
      let text;
      try {
        const { value, done } = first ?? (await items.next());
        first = undefined;
        isLast = !!done;
        text = isLast ? end() : encode(value);
      } catch (error) {
        const message = onError?.(error);
        if (!failed) throw error;
        text = failed(error, message);
      }
      to.enqueue(text);
      if (isLast) to.close();
    },
    async cancel(reason) {
      await items.return?.(reason);
    },
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { ...init, headers });
}
