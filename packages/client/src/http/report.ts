/** Logs an attempt: one line at `info` for each outcome, and the details at `debug`. */

import { APIConnectionTimeoutError } from '../errors/api-error.ts';
import { log, logs } from '../log/log.ts';
import type { LogTarget } from '../log/log.ts';
import { typeName } from '../wire/type-name.ts';
import type { FinalRequestOptions } from './options.ts';

/** What identifies an attempt in the log. */
interface Attempt {
  call: { sender: LogTarget };
  options: FinalRequestOptions;
  response: Response;
  url?: string;
  requestLogID: string;
  retryOfRequestLogID: string | undefined;
  startTime: number;
}

/** `log_` and six random hex digits. */
export function newLogID(): string {
  return 'log_' + ((Math.random() * 2 ** 24) | 0).toString(16).padStart(6, '0');
}

export function reportStart(attempt: Attempt, { method, headers, body }: RequestInit): void {
  if (!logs(attempt.call.sender, 'debug')) return; // An unused copy would cost a thirtieth of a request.
  const options = { ...attempt.options, body };
  details(attempt, 'sending request', { method, url: attempt.url, options, headers: headers as Headers });
}

/** Logs a response. For an error response, `verdict` says what happens next. */
export function reportAnswer(attempt: Attempt, request: RequestInit, verdict?: string): void {
  const { response, requestLogID, retryOfRequestLogID } = attempt;
  const { sender } = attempt.call;
  if (!logs(sender, 'info')) return;
  const { status, headers } = response;
  const requestID = headers.get('x-request-id');
  const durationMs = since(attempt);
  log(
    sender,
    'info',
    `[${requestLogID}${retryOfRequestLogID ? `, retryOf: ${retryOfRequestLogID}` : ''}` +
      `${requestID ? `, x-request-id: ${JSON.stringify(requestID)}` : ''}] ${request.method} ${redactURL(attempt.url!)} ` +
      `${verdict ? 'failed' : 'succeeded'} with status ${status} in ${durationMs}ms${verdict ? ` - ${verdict}` : ''}`,
  );
  const title = verdict ? `response error (${verdict})` : 'response start';
  details(attempt, title, { url: response.url, status, headers, durationMs });
}

/** Logs that no response was received. */
export function reportLoss(attempt: Attempt, error: Error, verdict: string): void {
  const outcome = `connection ${error instanceof APIConnectionTimeoutError ? 'timed out' : 'failed'}`;
  log(attempt.call.sender, 'info', `[${attempt.requestLogID}] ${outcome} - ${verdict}`);
  const { message } = error.cause as Error;
  details(attempt, `${outcome} (${verdict})`, { url: attempt.url, durationMs: since(attempt), message });
}

/** Logs a response whose body is about to be read as a stream. */
export function reportStream({ call, response }: Attempt): void {
  const { status, url, headers, body } = response;
  log(call.sender, 'debug', 'response', status, url, headers, body);
}

/** Logs a body that has been read; for JSON, only its length in UTF-16 code units. Returns `body`. */
export function reportParsed<T>(attempt: Attempt, body: T): T {
  if (!logs(attempt.call.sender, 'debug')) return body;
  const { url, status } = attempt.response;
  details(attempt, 'response parsed', { url, status, body, durationMs: since(attempt) });
  return body;
}

function since({ startTime }: Attempt): number {
  return Date.now() - startTime;
}

function details(
  { call: { sender }, requestLogID, retryOfRequestLogID }: Attempt,
  title: string,
  more: RequestDetails,
): void {
  if (!logs(sender, 'debug')) return;
  if (retryOfRequestLogID) more.retryOf = retryOfRequestLogID;
  log(sender, 'debug', `[${requestLogID}] ${title}`, formatRequestDetails(more));
}

/** What is logged about one attempt. */
export interface RequestDetails {
  options?: { body?: unknown; [name: string]: unknown } | undefined;
  headers?: Headers | undefined;
  retryOf?: string | undefined;
  url?: string | undefined;
  status?: number | undefined;
  method?: string | undefined;
  durationMs?: number | undefined;
  message?: unknown;
  body?: unknown;
}

/**
 * A copy of `details` in plain values: no bodies, only their lengths in UTF-16 code units; of the options no headers.
 */
export function formatRequestDetails(details: RequestDetails): object {
  const { url, headers, options, body } = details;
  const copy: { [Name in keyof RequestDetails]: unknown } = { ...details };
  if (url) copy.url = redactURL(url);
  if (headers) copy.headers = Object.fromEntries(headers);
  if (typeof body === 'string') copy.body = lengthOf(body);
  if (options) {
    const { headers: _credentials, ...rest } = options;
    if (rest.body) rest.body = lengthOf(rest.body);
    copy.options = rest;
  }
  return copy;
}

function lengthOf(body: unknown): object {
  if (typeof body === 'string') return { type: 'string', length: body.length };
  return { type: typeName(body).slice(8, -1) };
}

/** `url` without user and password; the rest of what it may give away is left to the redacting logger. */
export function redactURL(url: string): string {
  return url.replace(/(:\/\/)[^\s/?#@]*@/, '$1');
}
