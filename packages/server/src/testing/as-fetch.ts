/**
 * Makes a function from `Request` to `Response` behave like `fetch` over a network, with abort signals and broken
 * connections.
 */

/** The connection of a responder. */
export interface Connection {
  /** Resets the connection. `fetch` rejects, or the body fails, with the errors of Node's `fetch`. */
  reset(): void;
}

export type Respond = (request: Request, connection: Connection) => Response | Promise<Response>;

export function asFetch(respond: Respond): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const caller = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    caller?.throwIfAborted();
    const broken = new AbortController();
    const severed = caller ? AbortSignal.any([caller, broken.signal]) : broken.signal;
    /** An abort keeps its reason, as it does with `fetch`. */
    const failure = (message: string, cause: unknown): unknown =>
      caller?.aborted ? caller.reason : new TypeError(message, { cause });

    const responding = Promise.resolve(respond(request, { reset: () => broken.abort(connectionReset()) }));
    const failed = rejection(severed);
    try {
      const { body, status, statusText, headers } = await Promise.race([responding, failed.promise]);
      const fail = (error: unknown): unknown => failure('terminated', error);
      return new Response(body && severable(body, severed, fail), { status, statusText, headers });
    } catch (error) {
      responding.then((late) => late.body?.cancel()).catch(() => {});
      throw failure('fetch failed', error);
    } finally {
      failed.stop();
    }
  };
}

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
}

/** A promise that rejects with the reason of `signal` once it aborts, until it is stopped. */
function rejection(signal: AbortSignal): { promise: Promise<never>; stop(): void } {
  let stop!: () => void;
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort);
    stop = () => signal.removeEventListener('abort', abort);
  });
  promise.catch(() => {});
  return { promise, stop };
}

/** `body`, which fails at once when `signal` aborts, as the body of a connection that is gone. */
function severable(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  toFailure: (error: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let abort: () => void;
  const settle = (): void => signal.removeEventListener('abort', abort);
  return new ReadableStream(
    {
      start(controller) {
        abort = () => {
          controller.error(toFailure(signal.reason));
          reader.cancel(signal.reason).catch(() => {});
        };
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { once: true });
      },
      async pull(controller) {
        try {
          const step = await reader.read();
          if (signal.aborted) return;
          if (!step.done) return controller.enqueue(step.value);
          settle();
          controller.close();
        } catch (error) {
          settle();
          if (!signal.aborted) controller.error(toFailure(error));
        }
      },
      cancel(reason) {
        settle();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
