/** A response body that tells how it is read, and how it ended. */
import { directBody, sourceOf, type PartSource } from './direct.ts';

/** Completely, cancelled by the client, or cut off by a failure. */
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
  const source = sourceOf(body) ?? readerSource(body);
  let tail = '';
  let hasEnded = false;
  const end = (ending: Ending): void => {
    if (!hasEnded) onEnd(ending);
    hasEnded = true;
  };
  return directBody({
    async next() {
      let piece: Uint8Array | undefined;
      try {
        piece = await source.next();
      } catch (error) {
        end('broken');
        throw error;
      }
      if (piece === undefined) {
        end('complete');
        return undefined;
      }
      tail = (tail + String.fromCharCode(...piece.subarray(-20))).slice(-20);
      onPiece(piece);
      return piece;
    },
    cancel(reason) {
      // Clients leave a stream at its `[DONE]`, and do not wait for the end of the body.
      end(/^data: ?\[DONE\]\s*$/m.test(tail) ? 'complete' : 'cancelled');
      source.cancel(reason);
    },
  });
}

function readerSource(body: ReadableStream<Uint8Array>): PartSource {
  const reader = body.getReader();
  return {
    next: async () => (await reader.read()).value,
    cancel: (reason) => void reader.cancel(reason).catch(() => {}),
  };
}
