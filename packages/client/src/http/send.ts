/**
 * The attempt loop: build a request, fetch, then give the answer out, or wait and repeat. Reading the body of a success
 * is `response.ts`; which answers repeat is `retry.ts`; what is said about it is `report.ts`.
 */

import { APIUserAbortError, readErrorBody } from '../errors/api-error.ts';
import type { APIError } from '../errors/api-error.ts';
import { connectionError } from '../errors/connection-error.ts';
import { castToError, OpenAIError } from '../errors/openai-error.ts';
import { isOutOfCredit } from '../quirks/error-body.ts';
import { askedDelay } from '../errors/rate-limit.ts';
import { logs } from '../log/log.ts';
import type { LogTarget } from '../log/log.ts';
import { lockedBody, webStream } from '../stream/web-stream.ts';
import { typeName } from '../wire/type-name.ts';
import { Deadline } from './deadline.ts';
import type { ObservedBy } from './observe.ts';
import type { ObservedRequest } from './observer.ts';
import type { ClientOptions, FinalRequestOptions } from './options.ts';
import { checkPatience, patience } from './patience.ts';
import { newLogID, reportAnswer, reportLoss, reportStart } from './report.ts';
import { within } from './request.ts';
import { maxRetriesOf, retryDelay, shouldRetry, wait } from './retry.ts';

/** The hooks of a client that the loop calls, once per attempt and in this order; `makeStatusError` at most once. */
export interface Sender extends LogTarget {
  /** Attempts after a failed first one. */
  maxRetries: number;
  _options?: ClientOptions;
  prepareOptions(options: FinalRequestOptions): Promise<void>;
  buildRequest(
    options: FinalRequestOptions,
    facts: { retryCount?: number },
  ): Promise<{ req: RequestInit & { headers: Headers }; url: string; timeout: number }>;
  prepareRequest(request: RequestInit, context: { url: string; options: FinalRequestOptions }): Promise<void>;
  fetchWithAuth(
    url: string,
    init: RequestInit,
    timeout: number,
    controller: AbortController,
  ): Promise<Response>;
  makeStatusError(status: number, error: {}, message: string | undefined, headers: Headers): APIError;
}

/** An answer with a 2xx status, its body unread, and what it takes to read it or to ask again. */
export interface APIResponseProps {
  /** Its body is unread. */
  response: Response;
  /** What was requested. */
  options: FinalRequestOptions;
  /** Aborts the request, and the reading of its body. */
  controller: AbortController;
  /** `log_` and six hex digits; empty while nothing is logged. */
  requestLogID: string;
  /** The id of the first attempt, when this is a repeat. */
  retryOfRequestLogID: string | undefined;
  /** Milliseconds since the epoch, when this attempt was sent. */
  startTime: number;
  /** @internal What was asked, which the `url` of a response need not be. */
  url?: string;
  /** @internal What sends the request again. */
  sender: Sender;
  /** @internal No timer fires it between headers and body: who reads the `Response` by hand has all the time. */
  deadline: Deadline;
  /** @internal Milliseconds this attempt has, counted from `startTime`. */
  timeout: number;
  /** @internal Zero when the body cannot be sent again. */
  retriesLeft: number;
  /** @internal */
  call?: ObservedBy<ObservedRequest> | undefined;
}

/** Sends until an answer is a success. `retriesLeft` and `retryOf` are given when this continues an earlier loop. */
export async function send(
  sender: Sender,
  options: FinalRequestOptions,
  retriesLeft?: number | null,
  retryOf?: string,
  call?: ObservedBy<ObservedRequest>,
): Promise<APIResponseProps> {
  const maxRetries = retriesOf(sender, options);
  checkPatience(options);
  for (let left = retriesLeft ?? maxRetries; ; left--) {
    await sender.prepareOptions(options);
    const { req, url, timeout } = await sender.buildRequest(options, { retryCount: maxRetries - left });
    await sender.prepareRequest(req, { url, options });

    const deadline = new Deadline(options.signal, req.signal);
    const { controller } = deadline;
    const attempt: APIResponseProps = {
      response: undefined as unknown as Response,
      options,
      controller,
      requestLogID: logs(sender, 'info') ? newLogID() : '',
      retryOfRequestLogID: retryOf,
      startTime: Date.now(),
      url,
      sender,
      deadline,
      timeout,
      retriesLeft: 'getReader' in Object(req.body) ? 0 : left,
      call,
    };
    reportStart(attempt, req, url);
    if (deadline.aborted) throw userAbort(attempt, req.signal);
    const { signal } = req;
    if (options.signal || signal) req.signal = controller.signal; // which follows both, to the end of the body

    let error: Error | undefined;
    const count = call && ++call.attempts;
    call?.tell('attempt', { attempt: count, url, headers: req.headers });
    try {
      attempt.response = responseOf(await sender.fetchWithAuth(url, req, timeout, controller));
    } catch (failure) {
      deadline.release();
      if (deadline.aborted) throw userAbort(attempt, signal);
      error = connectionError(failure, attempt, controller.signal.aborted ? 'response' : undefined);
    }
    const { response } = attempt;
    if (call && response) {
      const { status, headers } = response;
      call.tell('response', { attempt: count, status, headers, ms: Date.now() - attempt.startTime });
    }
    if (response?.ok) {
      reportAnswer(attempt, req, url);
      // Asking for a body may be what makes it one.
      if (options.signal || signal) deadline.releaseAfter(response.body);
      return attempt;
    }

    let text: Promise<string> | undefined;
    let worthIt =
      !response || (shouldRetry(response) && !(askedDelay(response.headers) > longestDelay(attempt)));
    if (worthIt && attempt.retriesLeft > 0 && response?.status === 429) {
      text = bodyOf(attempt);
      worthIt = !isOutOfCredit(await text.catch(String));
    }
    const verdict =
      left > 0 && attempt.retriesLeft === 0
        ? 'error; streaming body cannot be retried'
        : !worthIt
          ? 'error; not retryable'
          : left > 0
            ? `retrying, ${left} attempts remaining`
            : 'error; no more retries left';
    if (response) reportAnswer(attempt, req, url, verdict);
    else reportLoss(attempt, url, error!, verdict);
    retryOf ??= attempt.requestLogID;
    if (!worthIt || attempt.retriesLeft <= 0) {
      error ??= await statusError(attempt, text);
      if (call?.tell('failure', { attempt: count, error }) !== 'retry' || call.repeated) throw error;
      call.repeated = true;
      left++;
      continue;
    }

    deadline.release();
    void discard(response);
    await pause(attempt, error);
  }
}

/**
 * Sends again after the body of `attempt` was lost, and makes `attempt` the new answer. Throws `error` when it must
 * not be sent again.
 */
export async function sendAgain(attempt: APIResponseProps, error: Error): Promise<void> {
  const { sender, options, retriesLeft, requestLogID, retryOfRequestLogID } = attempt;
  if (retriesLeft <= 0) throw error;
  await pause(attempt, error);
  const retryOf = retryOfRequestLogID ?? requestLogID;
  Object.assign(attempt, await send(sender, options, retriesLeft - 1, retryOf, attempt.call));
}

/** The caller's abort as an error; its cause is the reason the caller gave. */
export function userAbort({ options }: APIResponseProps, other?: AbortSignal | null): APIUserAbortError {
  return new APIUserAbortError({ cause: (options.signal?.aborted ? options.signal : other)?.reason });
}

/**
 * The error an answer stands for. A body that is cut leaves its failure as the message; one that is not there in time
 * makes it a timeout, whose cause is that error.
 */
async function statusError(attempt: APIResponseProps, body = bodyOf(attempt)): Promise<Error> {
  const { response, deadline } = attempt;
  let lost: unknown;
  const text = await body.catch((failure) => castToError((lost = failure)).message);
  deadline.release();
  if (deadline.aborted) return userAbort(attempt);
  const { response: error, message } = readErrorBody(text);
  const { status, headers } = response;
  const cause = attempt.sender.makeStatusError(status, error as {}, message, headers);
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

/** Lets go of a body that nobody will read, whatever it is. */
async function discard(response: Response | undefined): Promise<void> {
  try {
    await webStream(response!.body!).cancel();
  } catch {}
}

function longestDelay(attempt: APIResponseProps): number {
  return patience(attempt, 'maxRetryDelay') ?? 60_000;
}

/** Milliseconds of the attempt's time that are left for its body. */
export function timeLeft({ startTime, timeout }: APIResponseProps): number {
  return Math.max(0, startTime + timeout - Date.now());
}

function retriesOf(sender: Sender, options: FinalRequestOptions): number {
  return maxRetriesOf(options.maxRetries, maxRetriesOf(sender.maxRetries, 2));
}

/** Waits until it is time to repeat `attempt`, which `error` has failed unless its response has. */
async function pause(attempt: APIResponseProps, error: Error | undefined): Promise<void> {
  const { sender, options, retriesLeft, response, call } = attempt;
  const repeat = retriesOf(sender, options) - retriesLeft + 1;
  const delay = retryDelay(repeat, response?.headers, longestDelay(attempt));
  const status = error ? undefined : response.status;
  call?.tell('retry', { attempt: call.attempts, delay, status, error });
  await wait(delay, options.signal);
  if (options.signal?.aborted) throw userAbort(attempt);
}
