/** Reads a whole body, fetches it again if it was lost, and checks that it is the expected object. */

import { APIError, errorInAnswer } from '../errors/api-error.ts';
import { connectionError } from '../errors/connection-error.ts';
import { eventStart } from '../quirks/content-type.ts';
import { errorIn } from '../quirks/error-body.ts';
import { attach, OpenAIError } from '../errors/openai-error.ts';
import { jsonOf } from '../wire/json.ts';
import { patience } from './patience.ts';
import { within } from './request.ts';
import { sendAgain, timeLeft, userAbort } from './send.ts';
import type { APIResponseProps } from './send.ts';

/** The result of `read` for the body, within `limit` and what is left of the attempt's time. Reads again if the body was lost. */
export async function readBody<T>(
  props: APIResponseProps,
  read: (response: Response) => Promise<T>,
  limit: number = Infinity,
): Promise<T> {
  for (;;) {
    const { response, deadline, controller, options } = props;
    try {
      return await within(read(response), Math.min(limit, timeLeft(props)), controller, options.signal);
    } catch (failure) {
      if (deadline.aborted) throw userAbort(props);
      if (failure instanceof OpenAIError) throw failure;
      const facts = { url: props.url, timeout: Math.min(limit, props.timeout) };
      const error = controller.signal.aborted
        ? connectionError(undefined, facts, 'complete response')
        : connectionError(failure, facts);
      await sendAgain(props, error);
    }
  }
}

/**
 * The object in a body that should have been `expected`. Throws the error it is; or one that tells its type and its first
 * 200 characters, unless it is JSON or events, which may hold what the model said: those are only on the error with
 * `debugWire`.
 */
export function readAnswer(props: APIResponseProps, text: string, expected: string): unknown {
  const { headers } = props.response;
  const isCreated = !!props.call.items;
  const value = jsonOf(text);
  const error = isCreated ? errorIn(value) : value?.error;
  if (error) throw errorInAnswer(error, headers);
  // What may be a completion is left to who asked for one, but a chunk has choices.
  const isOther = Array.isArray(value) || (props.options.stream && !value?.choices);
  if (value && typeof value === 'object' && !(isCreated && isOther)) return value;
  const shown = eventStart.test(text)
    ? 'an event stream'
    : /^\s*[[{]/.test(text) && (value ? 'JSON without choices' : 'malformed JSON');
  const told = shown ? `${shown} of ${text.length} characters` : text.slice(0, 200) || '(no body)';
  const failure = unexpected(expected, headers, told);
  throw patience(props.call, 'debugWire') ? attach(failure, 'raw', () => text) : failure;
}

/** The error for a response with another body than was expected; `told` describes the actual body. */
export function unexpected(expected: string | undefined, headers: Headers, told: string): APIError {
  const type = headers.get('content-type') ?? 'no content type';
  return new APIError(undefined, undefined, `Expected ${expected}, got ${type}: ${told}`, headers);
}
