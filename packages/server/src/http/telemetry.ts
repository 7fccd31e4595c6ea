/** The headers of every response, and the log line of every request. */
import { randomUUID } from 'node:crypto';
import { withoutKey } from './auth.ts';
import { ApiError } from './errors.ts';
import type { RequestEvent } from './request-event.ts';

/** A fresh id for one request: `req_` and 32 hexadecimal digits. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}

/** The headers of every response. The time is in whole milliseconds, until the first byte. */
export function setAnswerHeaders(headers: Headers, requestId: string, startedAt: number): void {
  headers.set('x-request-id', requestId);
  headers.set('openai-processing-ms', String(Math.round(performance.now() - startedAt)));
  headers.set('openai-version', '2020-10-01');
}

/** `POST /v1/chat/completions 200 12ms req_…`; no query, because a filter may hold what should not be logged. */
export function requestLine(request: Request, status: number, requestId: string, startedAt: number): string {
  const took = Math.round(performance.now() - startedAt);
  const path = URL.canParse(request.url) ? new URL(request.url).pathname : '<unreadable URL>';
  return `${request.method} ${withoutKey(path, request.headers)} ${status} ${took}ms ${requestId}`;
}

/** The log entry of a failure whose cause the response hides, or undefined when there is nothing to add. */
export function failureEntry(
  error: ApiError,
  requestId: string,
  format: 'text' | 'json',
): string | undefined {
  const { cause } = error;
  if (error.status < 500 || cause === undefined) return undefined;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return format === 'json' ? logRecord('error', text, { id: requestId }) : `${requestId} ${text}`;
}

/** The same as one JSON object, once the response has ended. What is undefined is left out. */
export function requestRecord(event: RequestEvent): string {
  return JSON.stringify({
    time: event.startedAt.toISOString(),
    level: event.status >= 500 ? 'error' : 'info',
    id: event.id,
    response_id: event.responseId === event.id ? undefined : event.responseId.slice(0, 200),
    method: event.method,
    path: event.path.slice(0, 200),
    status: event.status,
    ms: Math.round(event.durationMs),
    first_chunk_ms: event.firstChunkMs && Math.round(event.firstChunkMs),
    ending: event.ending,
    model: event.model?.slice(0, 100),
    input_tokens: event.inputTokens,
    output_tokens: event.outputTokens,
    stored: event.stored,
    project: event.project,
    upstream: event.upstream,
    upstream_failures: event.upstreamFailures.length > 0 ? event.upstreamFailures : undefined,
  });
}

/** Any other entry as one JSON object. */
export function logRecord(level: 'info' | 'warn' | 'error', message: string, more: object = {}): string {
  return JSON.stringify({ time: new Date().toISOString(), level, ...more, message });
}
