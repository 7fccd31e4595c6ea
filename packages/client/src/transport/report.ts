/** What the log says about an attempt: one line at `info` for each outcome, the details at `debug`. */

import { formatRequestDetails, loggerFor, logs, redactURL } from './log.ts';
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

export function reportStart(attempt: Attempt, request: RequestInit, url: string): void {
  if (!logs(attempt.sender, 'debug')) return;
  const { options } = attempt;
  details(attempt, 'sending request', {
    method: options.method,
    url,
    options,
    headers: request.headers as Headers,
  });
}

/** An answer came; `verdict` says what follows from one that is no success. */
export function reportAnswer(attempt: Attempt, request: RequestInit, url: string, verdict?: string): void {
  if (!logs(attempt.sender, 'info')) return;
  const { response, requestLogID, retryOfRequestLogID, startTime } = attempt;
  const { status, headers } = response;
  const requestID = headers.get('x-request-id');
  const durationMs = Date.now() - startTime;
  loggerFor(attempt.sender).info(
    `[${requestLogID}${retryOfRequestLogID ? `, retryOf: ${retryOfRequestLogID}` : ''}` +
      `${requestID ? `, x-request-id: ${JSON.stringify(requestID)}` : ''}] ${request.method} ${redactURL(url)} ` +
      `${verdict ? 'failed' : 'succeeded'} with status ${status} in ${durationMs}ms${verdict ? ` - ${verdict}` : ''}`,
  );
  const title = verdict ? `response error (${verdict})` : 'response start';
  details(attempt, title, { url: response.url, status, headers, durationMs });
}

/** No answer came. */
export function reportLoss(attempt: Attempt, url: string, error: Error, verdict: string): void {
  if (!logs(attempt.sender, 'info')) return;
  const outcome = `connection ${error.message.startsWith('Request timed out') ? 'timed out' : 'failed'}`;
  loggerFor(attempt.sender).info(`[${attempt.requestLogID}] ${outcome} - ${verdict}`);
  const { message } = error.cause as Error;
  details(attempt, `${outcome} (${verdict})`, { url, durationMs: Date.now() - attempt.startTime, message });
}

/** A stream is about to be read from the answer. */
export function reportStream({ sender, response }: Attempt): void {
  if (!logs(sender, 'debug')) return;
  const { status, url, headers, body } = response;
  loggerFor(sender).debug('response', status, url, headers, body);
}

/** The body was read; of JSON only its length is told, in UTF-16 code units. */
export function reportParsed(attempt: Attempt, body: unknown): void {
  if (!logs(attempt.sender, 'debug')) return;
  const { url, status } = attempt.response;
  details(attempt, 'response parsed', { url, status, body, durationMs: Date.now() - attempt.startTime });
}

function details(attempt: Attempt, title: string, more: RequestDetails): void {
  if (!logs(attempt.sender, 'debug')) return;
  const retryOf = attempt.retryOfRequestLogID;
  loggerFor(attempt.sender).debug(
    `[${attempt.requestLogID}] ${title}`,
    formatRequestDetails(retryOf ? { ...more, retryOf } : more),
  );
}
