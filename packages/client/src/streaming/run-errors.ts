/** Converts anything thrown in a run to an `OpenAIError`, or to an `APIUserAbortError` if the run was aborted. */

import { APIUserAbortError } from '../errors/api-error.ts';
import { attach, attachments, isAdopted, OpenAIError, textOf } from '../errors/openai-error.ts';

/** `value` itself if it is an error; otherwise one of this class, or with a `signal` the error of its abort. */
export function asError(value: unknown, signal?: AbortSignal): OpenAIError {
  if (value instanceof Error) return value as OpenAIError;
  return signal ? asAbortError(value, signal) : asOpenAIError(value);
}

export function asAbortError(error: unknown, { reason }: AbortSignal): OpenAIError {
  if (error instanceof APIUserAbortError) return error;
  return keeping(new APIUserAbortError({ cause: reason ?? error }), error);
}

export function asOpenAIError(error: unknown): OpenAIError {
  if (error instanceof OpenAIError && !isAdopted(error)) return error;
  const wrapped = new OpenAIError(textOf(error));
  if (error instanceof Error) wrapped.cause = error;
  return keeping(wrapped, error);
}

/** An error in the place of another has the same facts. */
function keeping<E extends OpenAIError>(error: E, from: any): E {
  for (const name of attachments) if (from?.[name] != null) attach(error, name, () => from[name]);
  return error;
}
