/**
 * The stream a request for one was answered with, also when the server sent a single JSON value instead of events,
 * as some do when they do not stream, or when they fail behind a status of 200.
 */

import { APIError, OpenAIError } from './errors.ts';
import { reportStream } from './report.ts';
import { readBody } from './response.ts';
import type { APIResponseProps } from './send.ts';
import { Stream } from './stream.ts';

/** The start of an event stream: a byte order mark, empty lines, then a field or a comment. */
const eventStart = /^\uFEFF?\s*(data|event|id|retry|error)?\s*:/;

/** Types that promise something other than events; what is labelled otherwise, or not at all, is read as events. */
const otherType = /^\s*(text\/(?!event-stream)|application\/([^;]*\+)?json)/i;

/**
 * A stream of the events of the answer, or of the one JSON value it is.
 *
 * Throws an APIError when that value is an error, and an OpenAIError that quotes the type and the first 200 characters
 * of anything else. The content type is only believed once the first line agrees with it.
 */
export async function readStream(props: APIResponseProps): Promise<Stream<any>> {
  const { options, sender } = props;
  reportStream(props);
  let source = props.response;
  if (source.body && otherType.test(source.headers.get('content-type') ?? '')) {
    const other = await readBody(props, readUnlessEvents);
    source = props.response;
    if (typeof other === 'string') {
      props.deadline.release();
      return single(props, other);
    }
    source = new Response(other, { headers: source.headers });
  }
  return Stream.fromSSEResponse(
    source,
    props.controller,
    sender,
    options.__synthesizeEventData,
    options.__streamMode,
    options.__mapItem,
  );
}

/** The whole text of a body that does not begin like events, else the body, unread again. */
async function readUnlessEvents(response: Response): Promise<string | ReadableStream<Uint8Array>> {
  const [probe, body] = response.body!.tee();
  const reader = probe.getReader();
  const decoder = new TextDecoder();
  for (let head = ''; ;) {
    const { value, done } = await reader.read();
    head += decoder.decode(value, { stream: !done });
    if (eventStart.test(head)) {
      void reader.cancel();
      return body;
    }
    // Longer than any field name: what follows cannot make it one.
    if (done || head.trimStart().length > 8) {
      void reader.cancel();
      return new Response(body).text();
    }
  }
}

function single({ response, controller, options, sender }: APIResponseProps, text: string): Stream<any> {
  let value: any;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: quoted below.
  }
  if (value?.error) throw new APIError(undefined, value.error, undefined, response.headers);
  if (!value || typeof value !== 'object')
    throw new OpenAIError(
      `Expected an event stream, got ${response.headers.get('content-type')}: ${text.slice(0, 200) || '(no body)'}`,
    );
  const item = options.__mapItem ? options.__mapItem(value) : value;
  return new Stream(
    async function* () {
      yield item;
    },
    controller,
    sender,
  );
}
