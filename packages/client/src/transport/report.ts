/** What the log says about an attempt: one line at `info` for each outcome, the details at `debug`. */

import { APIConnectionTimeoutError } from './errors.ts';
import { formatRequestDetails, log, logs, redactURL } from './log.ts';
import type { LogTarget, RequestDetails } from './log.ts';
import type { FinalRequestOptions } from './options.ts';

/** What identifies an attempt in the log. */
interface Attempt {
  sender: LogTarget;
  options: FinalRequestOptions;
  response: Response;
  requestLogID: string;
  retryOfRequestLogID: string | undefined;
  startTime: number;
}

/** `log_` and six random hex digits. */
export function newLogID(): string {
  return 'log_' + ((Math.random() * 2 ** 24) | 0).toString(16).padStart(6, '0');
}

export function reportStart(attempt: Attempt, { method, headers, body }: RequestInit, url: string): void {
  if (!logs(attempt.sender, 'debug')) return; // as a copy for nobody costs a thirtieth of a request
  const options = { ...attempt.options, body };
  details(attempt, 'sending request', { method, url, options, headers: headers as Headers });
}

/** An answer came; `verdict` says what follows from one that is no success. */
export function reportAnswer(attempt: Attempt, request: RequestInit, url: string, verdict?: string): void {
  const { sender, response, requestLogID, retryOfRequestLogID } = attempt;
  if (!logs(sender, 'info')) return;
  const { status, headers } = response;
  const requestID = headers.get('x-request-id');
  const durationMs = since(attempt);
  log(
    sender,
    'info',
    `[${requestLogID}${retryOfRequestLogID ? `, retryOf: ${retryOfRequestLogID}` : ''}` +
      `${requestID ? `, x-request-id: ${JSON.stringify(requestID)}` : ''}] ${request.method} ${redactURL(url)} ` +
      `${verdict ? 'failed' : 'succeeded'} with status ${status} in ${durationMs}ms${verdict ? ` - ${verdict}` : ''}`,
  );
  const title = verdict ? `response error (${verdict})` : 'response start';
  details(attempt, title, { url: response.url, status, headers, durationMs });
}

/** No answer came. */
export function reportLoss(attempt: Attempt, url: string, error: Error, verdict: string): void {
  const outcome = `connection ${error instanceof APIConnectionTimeoutError ? 'timed out' : 'failed'}`;
  log(attempt.sender, 'info', `[${attempt.requestLogID}] ${outcome} - ${verdict}`);
  const { message } = error.cause as Error;
  details(attempt, `${outcome} (${verdict})`, { url, durationMs: since(attempt), message });
}

/** A stream is about to be read from the answer. */
export function reportStream({ sender, response }: Attempt): void {
  const { status, url, headers, body } = response;
  log(sender, 'debug', 'response', status, url, headers, body);
}

/** The body was read; of JSON only its length is told, in UTF-16 code units. Gives `body` back. */
export function reportParsed<T>(attempt: Attempt, body: T): T {
  const { url, status } = attempt.response;
  details(attempt, 'response parsed', { url, status, body, durationMs: since(attempt) });
  return body;
}

function since({ startTime }: Attempt): number {
  return Date.now() - startTime;
}

function details(
  { sender, requestLogID, retryOfRequestLogID }: Attempt,
  title: string,
  more: RequestDetails,
): void {
  if (!logs(sender, 'debug')) return;
  if (retryOfRequestLogID) more.retryOf = retryOfRequestLogID;
  log(sender, 'debug', `[${requestLogID}] ${title}`, formatRequestDetails(more));
}
