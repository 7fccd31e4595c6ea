/** A response body that tells how it is read, and how it ended. */

/** Completely, cancelled by the client, or broken off by a failure. */
export type Ending = 'complete' | 'cancelled' | 'broken';

export interface Watcher {
  onPiece(piece: Uint8Array): void;
  /** Called once. */
  onEnd(ending: Ending): void;
}

/** `body`, with a note of every piece that its reader takes: nothing is read ahead. */
export function watched(
  body: ReadableStream<Uint8Array>,
  { onPiece, onEnd }: Watcher,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let tail = '';
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            onEnd('complete');
            controller.close();
            return;
          }
          tail = (tail + String.fromCharCode(...value.subarray(-20))).slice(-20);
          onPiece(value);
          controller.enqueue(value);
        } catch (error) {
          onEnd('broken');
          controller.error(error);
        }
      },
      cancel(reason) {
        // Clients leave a stream at its `[DONE]`, and do not wait for the end of the body.
        onEnd(/^data: ?\[DONE\]\s*$/m.test(tail) ? 'complete' : 'cancelled');
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
