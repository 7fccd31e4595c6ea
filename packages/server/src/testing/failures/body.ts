/** Bodies that arrive in given pieces and end in a given way. */

/** What comes after the last piece. */
export type Ending = 'end' | 'stall' | 'reset';

export interface Sent {
  pieces: Uint8Array[];
  ending: Ending;
}

const encoder = new TextEncoder();

export const toBytes = (text: string): Uint8Array => encoder.encode(text);

/** `bytes` in pieces of `size`. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/**
 * A body that gives one piece for each read, however small. `reset` breaks the connection. A body that stalls does so until
 * the connection is broken.
 */
export function bodyOf({ pieces, ending }: Sent, reset: () => void): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = pieces[next++];
        if (piece) controller.enqueue(piece);
        else if (ending === 'end') controller.close();
        else if (ending === 'reset') reset();
        else await new Promise(() => {});
      },
    },
    { highWaterMark: 0 },
  );
}
