/** Converts bodies to web streams, whatever type the runtime has for a body. */
import { OpenAIError } from '../errors/openai-error.ts';
import { typeName } from '../wire/type-name.ts';

/** The piece of a body, unless it is neither text nor bytes. */
export function checkPiece<Piece>(piece: Piece): Piece {
  if (piece == null || typeof piece === 'string' || ArrayBuffer.isView(piece) || tag.test(typeName(piece)))
    return piece;
  throw new OpenAIError(`The body must be bytes or strings, got ${typeName(piece)}`);
}

const tag = /ArrayBuffer]$/;

export function lockedBody(): OpenAIError {
  return new OpenAIError('The body has another reader, or was already read.');
}

/** A body as a web stream. With node-fetch it is one of Node, which cancelling destroys. */
export function webStream<Piece>(
  body: ReadableStream<Piece> | (AsyncIterable<Piece> & { destroy?: () => void }),
): ReadableStream<Piece> {
  if ('getReader' in Object(body)) return body as ReadableStream<Piece>;
  if (!(Symbol.asyncIterator in Object(body)))
    throw new OpenAIError(`The body must be a ReadableStream or an async iterable, got ${typeName(body)}`);
  const source = body as AsyncIterable<Piece> & { destroy?: () => void };
  return readableOf(
    source[Symbol.asyncIterator](),
    (piece) => piece,
    () => source.destroy?.(),
  );
}

/**
 * What an iterator yields, as a web stream that pulls it on demand. Cancelling the stream, and a value that cannot be
 * encoded, call `onLeave` and then leave the iterator.
 */
export function readableOf<Item, Piece>(
  iterator: AsyncIterator<Item> | Iterator<Item>,
  encode: (item: Item) => Piece,
  onLeave?: () => void,
): ReadableStream<Piece> {
  const cancel = async (reason?: unknown): Promise<void> => {
    onLeave?.();
    await iterator.return?.(reason);
  };
  return new ReadableStream({
    async pull(to) {
      try {
        const { value, done } = await iterator.next();
        if (done) to.close();
        else to.enqueue(encode(value));
      } catch (error) {
        to.error(error);
        await cancel();
      }
    },
    cancel,
  });
}
