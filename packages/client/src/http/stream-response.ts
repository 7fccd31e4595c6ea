/**
 * Creates the stream of a response. This includes a single JSON value instead of events: some servers send one if they
 * do not stream, or if they fail with status 200.
 */

import { eventStart, otherType } from '../quirks/content-type.ts';
import { hidden } from '../stream/items.ts';
import { Stream } from '../stream/stream.ts';
import { checkPiece, lockedBody, webStream } from '../stream/web-stream.ts';
import type { EndEvent } from './observer.ts';
import { patience } from './patience.ts';
import { readAnswer, readBody } from './read-body.ts';
import { reportStream } from './report.ts';
import { sendAgain } from './send.ts';
import type { APIResponseProps } from './send.ts';

/**
 * A stream of the events of the response, or of its one JSON value.
 *
 * Throws an APIError when that value is an error, and for anything else: see {@link readAnswer}. The content type is only
 * trusted once the first line agrees with it. A stream that is lost before its first item is requested again while retries
 * are left.
 */
export async function readStream(props: APIResponseProps): Promise<Stream<any>> {
  const { call, timeout } = props;
  const { observed } = call;
  reportStream(props);
  const source = await eventsOf(props);
  const { controller } = props;
  const items = call.items?.(call.snapshot);
  let latest = props;
  let error: unknown;
  let usage: EndEvent['usage'];
  const tellChunk = (item: any): any => {
    usage = item?.usage ?? usage;
    return observed!.tell('chunk', item) === 'hide' ? hidden : item;
  };
  const end = (): void =>
    observed?.end({ outcome: stream.outcome ?? 'aborted', error, value: items?.partial(), usage });
  const stream: Stream<any> = Stream.fromSSEResponse(source, controller, call.sender, {
    url: props.url,
    items,
    mapItem: observed && tellChunk,
    headers: () => latest.response.headers,
    firstTimeout: patience(call, 'firstChunkTimeout') ?? timeout,
    idleTimeout: patience(call, 'idleTimeout') ?? timeout,
    onTruncated: patience(call, 'onTruncated'),
    onMalformed: patience(call, 'onMalformed'),
    debugWire: patience(call, 'debugWire'),
    async reopen(error) {
      // Followed through the controller of the first attempt, which is the one the reader of the stream has.
      if (latest.retriesLeft > 0) call.options.signal = controller.signal;
      latest = { ...latest };
      await sendAgain(latest, error);
      return (await eventsOf(latest)).body ?? Promise.reject(error);
    },
    onError(failure) {
      error = failure;
    },
    onOver() {
      end();
      if (controller.signal.aborted) latest.controller.abort(controller.signal.reason);
      props.deadline.release();
      latest.deadline.release();
    },
  });
  // If an aborted stream is not being read, its call ends here. Otherwise the reader has already ended it.
  if (observed) controller.signal.addEventListener('abort', () => setTimeout(end));
  return stream;
}

/** The response, if it has events; otherwise the stream that its one value would be. */
async function eventsOf(props: APIResponseProps): Promise<Response> {
  const { response } = props;
  if (!response.body || !otherType.test(response.headers.get('content-type') ?? '')) return response;
  const other = await readBody(props, readUnlessEvents, patience(props.call, 'firstChunkTimeout'));
  const { headers } = props.response; // which may be another by now
  if (typeof other !== 'string') return new Response(other, { headers });
  props.deadline.release();
  const value = readAnswer(props, other, 'an event stream');
  return new Response(`data:${JSON.stringify(value)}\n\ndata:[DONE]\n\n`, { headers });
}

/** The whole text of a body that does not begin like events, else the body, unread again. */
async function readUnlessEvents(response: Response): Promise<string | ReadableStream<Uint8Array>> {
  const stream = webStream(response.body!);
  if (stream.locked) throw lockedBody();
  const [probe, body] = stream.tee();
  const reader = probe.getReader();
  const decoder = new TextDecoder();
  for (let head = ''; ;) {
    const { value, done } = await reader.read();
    const piece = checkPiece(value as Uint8Array | string | undefined);
    head += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: !done });
    if (eventStart.test(head)) {
      reader.cancel().catch(() => {});
      return body;
    }
    if (done) return head;
  }
}
