/** Reads a whole event stream the plain way: the tests of the server do not depend on the client's decoder. */
import type { Chunk } from '../../src/models/model.ts';

export interface ReadStream {
  chunks: Chunk[];
  /** The payloads of `error` events. */
  errors: object[];
  comments: string[];
  /** Whether `[DONE]` was the last event. */
  done: boolean;
}

export async function readStream(response: Response): Promise<ReadStream> {
  const read: ReadStream = { chunks: [], errors: [], comments: [], done: false };
  for (const event of (await response.text()).split('\n\n').slice(0, -1)) {
    if (read.done) throw new Error(`after [DONE] came ${event}`);
    if (event.startsWith(':')) read.comments.push(event);
    else if (event === 'data: [DONE]') read.done = true;
    else if (event.startsWith('event: error\ndata: '))
      read.errors.push(JSON.parse(event.slice(19)) as object);
    else if (event.startsWith('data: ')) read.chunks.push(JSON.parse(event.slice(6)) as Chunk);
    else throw new Error(`not an event: ${event}`);
  }
  return read;
}
