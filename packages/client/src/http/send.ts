/**
 * The attempt loop: build a request, fetch, then return the response, or wait and retry. `response.ts` reads the body of a
 * success, `retry.ts` decides which responses are retried, and `report.ts` logs.
 */

import { APIUserAbortError, readErrorBody } from '../errors/api-error.ts';
import { connectionError } from '../errors/connection-error.ts';
import { castToError, OpenAIError } from '../errors/openai-error.ts';
import { isOutOfCredit } from '../quirks/error-body.ts';
import { logs } from '../log/log.ts';
import { lockedBody, webStream } from '../stream/web-stream.ts';
import { typeName } from '../wire/type-name.ts';
import { asksForStream } from './body.ts';
import type { Call } from './call.ts';
import { Deadline } from './deadline.ts';
import type { FinalRequestOptions, PromiseOrValue } from './options.ts';
import { checkPatience, patience } from './patience.ts';
import { newLogID, reportAnswer, reportLoss, reportStart } from './report.ts';
import { within } from './request.ts';
import { maxRetriesOf, retryDelay, shouldRetry, wait } from './retry.ts';

/** A response with a 2xx status, its body unread, and what it takes to read it or to send the request again. */
export interface APIResponseProps {
  /** Its body is unread. */
  response: Response;
  /** What was requested. */
  options: FinalRequestOptions;
  /** Aborts the request, and the reading of its body. */
  controller: AbortController;
  /** `log_` and six hex digits; empty while nothing is logged. */
  requestLogID: string;
  /** The id of the first attempt, if this is a retry. */
  retryOfRequestLogID: string | undefined;
  /** Milliseconds since the epoch, when this attempt was sent. */
  startTime: number;
  /** @internal */
  call: Call;
  /** @internal What was requested, which the `url` of a response need not be. */
  url?: string;
  /** @internal No timer runs between headers and body, so callers may read the `Response` at any time. */
  deadline: Deadline;
  /** @internal Milliseconds this attempt has, counted from `startTime`. */
  timeout: number;
  /** @internal Zero when the body cannot be sent again. */
  retriesLeft: number;
  /** @internal The body of a failed attempt, if it was read to decide about another one. */
  text?: Promise<string>;
}

/**
 * Sends until a response is a success. `retriesLeft` and `retryOf` are given when this continues an earlier loop. The first
 * loop runs inside the `run` of observers; a later one is part of reading, which has its own.
 */
export async function send(
  made: PromiseOrValue<Call>,
  retriesLeft?: number | null,
  retryOf?: string,
): Promise<APIResponseProps> {
  const call = await made;
  const { sender, options, observed, helper, items } = call;
  if (observed && made !== call) return observed.watch(() => send(call, retriesLeft), true);
  const maxRetries = retriesOf(call);
  checkPatience(options);
  for (let left = retriesLeft ?? maxRetries; ; left--) {
    await sender.prepareOptions(options);
    if (sender.idempotencyHeader && options.method !== 'get')
      options.idempotencyKey ??= sender.defaultIdempotencyKey();
    const { req, url, timeout } = await sender.buildRequest(options, {
      retryCount: maxRetries - left,
      helper,
    });
    if (items) options.stream = asksForStream(options.body, req.body);
    await sender.prepareRequest(req, { url, options });

    const deadline = new Deadline(options.signal, req.signal);
    const { controller } = deadline;
    const attempt = {
      options,
      controller,
      requestLogID: logs(sender, 'info') ? newLogID() : '',
      retryOfRequestLogID: retryOf,
      startTime: Date.now(),
      call,
      url,
      deadline,
      timeout,
      retriesLeft: 'getReader' in Object(req.body) ? 0 : left,
    } as APIResponseProps;
    reportStart(attempt, req);
    if (deadline.aborted) throw userAbort(attempt, req.signal);
    const { signal } = req;
    const isWatched = options.signal || signal;
    if (isWatched) req.signal = controller.signal; // follows both signals until the body ends

    let error: Error | undefined;
    const count = observed && ++observed.attempts;
    observed?.tell('attempt', { attempt: count, url, headers: req.headers });
    try {
      attempt.response = responseOf(await sender.fetchWithAuth(url, req, timeout, controller));
    } catch (failure) {
      deadline.release();
      if (deadline.aborted) throw userAbort(attempt, signal);
      error = connectionError(failure, attempt, controller.signal.aborted ? 'response' : undefined);
    }
    const { response } = attempt;
    if (observed && response) {
      const { status, headers } = response;
      observed.tell('response', { attempt: count, status, headers, ms: Date.now() - attempt.startTime });
    }
    if (response?.ok) {
      reportAnswer(attempt, req);
      // Asking for a body may be what makes it one.
      if (isWatched) deadline.releaseAfter(response.body);
      return attempt;
    }

    retryOf ??= attempt.requestLogID;
    if (!(await repeats(attempt, req, left, error))) left++;
  }
}

/**
 * Resolves when another attempt is due after `attempt`, with whether it is one of those that are `left`, rather than one that an
 * observer wants. Rejects when there is to be none. `error` is why there was no response.
 */
async function repeats(
  attempt: APIResponseProps,
  req: RequestInit,
  left: number,
  error: Error | undefined,
): Promise<boolean> {
  const { response, retriesLeft, deadline } = attempt;
  const { observed } = attempt.call;
  const worthIt = await isWorthAnother(attempt);
  const verdict =
    left > 0 && retriesLeft === 0
      ? 'error; streaming body cannot be retried'
      : !worthIt
        ? 'error; not retryable'
        : left > 0
          ? `retrying, ${left} attempts remaining`
          : 'error; no more retries left';
  if (error) reportLoss(attempt, error, verdict);
  else reportAnswer(attempt, req, verdict);
  if (!worthIt || retriesLeft <= 0) {
    error ??= await statusError(attempt);
    const wish = observed?.tell('failure', { attempt: observed.attempts, error });
    if (wish !== 'retry' || observed!.repeated) throw error;
    return !(observed!.repeated = true);
  }
  deadline.release();
  void discard(response);
  await pause(attempt, error);
  return true;
}

/** Whether another attempt may turn out better than `attempt`. */
async function isWorthAnother(attempt: APIResponseProps): Promise<boolean> {
  const { call, response, retriesLeft } = attempt;
  if (!response) return true;
  if (!shouldRetry(response, patience(call, 'maxRetryDelay'))) return false;
  if (retriesLeft <= 0 || response.status !== 429) return true;
  attempt.text = bodyOf(attempt);
  return !isOutOfCredit(await attempt.text.catch(String));
}

/**
 * Sends the request again after the body of `attempt` was lost, and makes `attempt` the new response. Throws `error` if it
 * must not be sent again.
 */
export async function sendAgain(attempt: APIResponseProps, error: Error): Promise<void> {
  const { call, retriesLeft, requestLogID, retryOfRequestLogID } = attempt;
  if (retriesLeft <= 0) throw error;
  await pause(attempt, error);
  Object.assign(attempt, await send(call, retriesLeft - 1, retryOfRequestLogID ?? requestLogID));
}

/** The caller's abort as an error; its cause is the reason the caller gave. */
export function userAbort({ options }: APIResponseProps, other?: AbortSignal | null): APIUserAbortError {
  return new APIUserAbortError({ cause: (options.signal?.aborted ? options.signal : other)?.reason });
}

/**
 * The error that a response means. If its body is cut off, the message is that failure. If the body does not arrive in time,
 * the error is a timeout, whose cause is the error of the status.
 */
async function statusError(attempt: APIResponseProps): Promise<Error> {
  const { response, deadline } = attempt;
  let lost: unknown;
  const text = await (attempt.text ?? bodyOf(attempt)).catch(
    (failure) => castToError((lost = failure)).message,
  );
  deadline.release();
  if (deadline.aborted) return userAbort(attempt);
  const { response: error, message } = readErrorBody(text);
  const { status, headers } = response;
  const cause = attempt.call.sender.makeStatusError(status, error as {}, message, headers);
  const late = lost && attempt.controller.signal.aborted;
  return late ? connectionError(cause, attempt, 'complete response') : cause;
}

/** What `fetch` gave, if it can be read as a response. Throws an error that was given instead of thrown. */
function responseOf(given: any): Response {
  if (given instanceof Error) throw given;
  if (typeof given?.headers?.get === 'function') return given;
  throw new TypeError(`fetch() must resolve to a Response, got ${typeName(given)}`);
}

/** The whole body as text. Throws an OpenAIError for a response that cannot be read. */
export async function readText(response: Response): Promise<string> {
  if (response.bodyUsed || response.body?.locked) throw lockedBody();
  const text: unknown = await response.text?.();
  if (typeof text === 'string') return text;
  throw new OpenAIError(`text() must resolve to a string, got ${typeName(text)}`);
}

function bodyOf(attempt: APIResponseProps): Promise<string> {
  const { response, controller, options } = attempt;
  return within(readText(response), timeLeft(attempt), controller, options.signal);
}

/** Cancels a body that will not be read, whatever it is. */
async function discard(response: Response | undefined): Promise<void> {
  try {
    await webStream(response!.body!).cancel();
  } catch {}
}

/** Milliseconds of the attempt's time that are left for its body. */
export function timeLeft({ startTime, timeout }: APIResponseProps): number {
  return Math.max(0, startTime + timeout - Date.now());
}

function retriesOf({ sender, options }: Call): number {
  return maxRetriesOf(options.maxRetries, maxRetriesOf(sender.maxRetries, 2));
}

/** Waits until it is time to repeat `attempt`, which `error` has failed unless its response has. */
async function pause(attempt: APIResponseProps, error: Error | undefined): Promise<void> {
  const { call, retriesLeft, response } = attempt;
  const { options, observed } = call;
  const repeat = retriesOf(call) - retriesLeft + 1;
  const delay = retryDelay(repeat, response?.headers, patience(call, 'maxRetryDelay'));
  const status = error ? undefined : response.status;
  observed?.tell('retry', { attempt: observed.attempts, delay, status, error });
  await wait(delay, options.signal);
  if (options.signal?.aborted) throw userAbort(attempt);
}
