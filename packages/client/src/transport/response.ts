/** From an answer to its value: JSON, text, nothing, the `Response` itself, or a stream. */

import { APIConnectionTimeoutError, brand } from './errors.ts';
import { reportParsed } from './report.ts';
import { within } from './request.ts';
import { connectionError, sendAgain, timeLeft, userAbort } from './send.ts';
import type { APIResponseProps } from './send.ts';
import { readAnswer, readStream } from './stream-response.ts';

/** Content types that say JSON, whatever their parameters. */
const json = /^[^;]*(application\/json|\+json\s*(;|$))/i;

/**
 * The value of an answer: null for a 204, undefined for JSON of no length, text for a type that is not JSON. With
 * `expected` it is a JSON object, whatever its type, or an APIError that says what came instead.
 *
 * A body that is lost, or not complete within the timeout, is asked for again while retries are left; `props` then
 * turns into the new answer.
 */
export async function readResponse(
  props: APIResponseProps,
  expected: string | undefined = props.options.__expected,
): Promise<unknown> {
  const { options, response } = props;
  if (options.stream) return reportParsed(props, await readStream(props));
  if (response.status === 204 && !expected) return reportParsed(props, null);
  if (options.__binaryResponse) return reportParsed(props, response);
  const text = await readBody(props, readText);
  props.deadline.release();
  const { headers } = props.response;
  let value: unknown;
  if (expected) value = readAnswer(props, text, expected);
  else if (!json.test(headers.get('content-type') ?? '')) return reportParsed(props, text);
  else if (text) value = parseJSON(text);
  reportParsed(props, { type: 'json', length: text.length });
  return value;
}

/** What `read` makes of the body, read within `limit` and what is left of the attempt's time; again if it was lost. */
export async function readBody<T>(
  props: APIResponseProps,
  read: (response: Response) => Promise<T>,
  limit: number = Infinity,
): Promise<T> {
  for (;;) {
    const { response, deadline, controller, options } = props;
    if (response.bodyUsed) return read(response); // which says so
    try {
      return await within(read(response), Math.min(limit, timeLeft(props)), controller, options.signal);
    } catch (failure) {
      if (deadline.aborted) throw userAbort(props);
      const late = controller.signal.aborted;
      await sendAgain(props, late ? new APIConnectionTimeoutError() : connectionError(failure, false));
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

function readText(response: Response): Promise<string> {
  return response.text();
}
