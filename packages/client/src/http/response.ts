/** Reads the value of a response: JSON, text, nothing, the `Response` itself, or a stream. */

import { APIConnectionError } from '../errors/api-error.ts';
import { brand, OpenAIError } from '../errors/openai-error.ts';
import { eventStart, eventType } from '../quirks/content-type.ts';
import { typeName } from '../wire/type-name.ts';
import type { Sender } from './call.ts';
import { Deadline } from './deadline.ts';
import type { FinalRequestOptions } from './options.ts';
import { readAnswer, readBody, unexpected } from './read-body.ts';
import { reportParsed } from './report.ts';
import { readText, sendAgain, userAbort } from './send.ts';
import type { APIResponseProps } from './send.ts';
import { readStream } from './stream-response.ts';

/** Content types that say JSON, whatever their parameters. */
const json = /^[^;]*(application\/json|\+json\s*(;|$))/i;

/**
 * The value of a response: null for a 204, undefined for JSON of no length, text for a type that is not JSON. With
 * `expected` it is a JSON object, whatever its type, or an APIError that says what was received instead. Events instead of a
 * completion are assembled, because some gateways always stream.
 *
 * A body that is lost, or not complete within the timeout, is requested again while retries are left; `props` then
 * becomes the new response.
 */
export function readResponse(
  props: APIResponseProps,
  expected: string | undefined = props?.call?.expected,
): Promise<unknown> {
  fillIn(props);
  const { options } = props;
  const { observed } = props.call;
  if (!observed) return readValue(props, expected);
  observed.reading = true;
  return observed.watch(() => readValue(props, expected), options.stream);
}

async function readValue(props: APIResponseProps, expected: string | undefined): Promise<unknown> {
  const { options, response } = props;
  const { items } = props.call;
  if (options.stream) return reportParsed(props, await readStream(props));
  if (response.status === 204 && !expected) return reportParsed(props, null);
  if (options.__binaryResponse) return reportParsed(props, response);
  if (items && eventType.test(response.headers.get('content-type') ?? ''))
    return reportParsed(props, await foldEvents(props));
  const text = await readBody(props, readText);
  if (items && eventStart.test(text)) return reportParsed(props, await foldEvents(props, text));
  props.deadline.release();
  const { headers } = props.response;
  let value: unknown;
  if (expected) value = readAnswer(props, text, expected);
  else if (!json.test(headers.get('content-type') ?? '')) return reportParsed(props, text);
  else if (text) value = parseJSON(text);
  reportParsed(props, { type: 'json', length: text.length });
  return value;
}

/** Sets what only `send` knows, for a response from elsewhere: it has no time limit, and is not requested again. */
function fillIn(props: Partial<APIResponseProps>): void {
  if (!props?.response) throw new OpenAIError(`Expected { response }, got ${typeName(props)}`);
  props.options ??= {} as FinalRequestOptions;
  if (!props.call) {
    props.call = { sender: {} as Sender, options: props.options };
    props.retriesLeft = 0;
  }
  props.deadline ??= new Deadline(props.options.signal);
  props.controller ??= props.deadline.controller;
  props.requestLogID ??= '';
  props.startTime ??= Date.now();
  props.timeout ??= Infinity;
}

/** The value of a body of events, which is `text` if it was read. A body that is lost is requested again. */
async function foldEvents(props: APIResponseProps, text?: string): Promise<unknown> {
  for (;;) {
    const { call, response, deadline } = props;
    const { headers } = response;
    const source = text === undefined ? response : new Response(text, { headers });
    try {
      const events = await readStream({
        ...props,
        response: source,
        retriesLeft: 0,
        call: { ...call, observed: undefined },
      });
      const value = await call.items!().fold(events);
      if (deadline.aborted) throw userAbort(props);
      if (value) return value;
      throw unexpected(call.expected, headers, 'an event stream without choices');
    } catch (error) {
      if (!(error instanceof APIConnectionError)) throw error;
      await sendAgain(props, error);
      text = undefined;
    }
  }
}

/** The platform's SyntaxError is also an OpenAIError. */
function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw brand(error as SyntaxError, 'OpenAIError');
  }
}
