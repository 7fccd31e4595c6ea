/**
 * The errors of the API: a status and the `{error: {message, type, param, code}}` body it travels in.
 * Anything may throw an `ApiError`; the app turns it into a response, and a stream into its last event.
 */

/** The object under `error` in the body of every error. */
export interface ErrorBody {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** What may be said about an error besides its status and message. */
export interface ErrorDetails {
  /** Defaults to the type that belongs to the status. */
  type?: string | undefined;
  /** The parameter at fault, as the request spells it: `messages[0].role`. */
  param?: string | null | undefined;
  code?: string | null | undefined;
  /** Response headers this error needs, such as `allow` or `retry-after`. */
  headers?: Record<string, string> | undefined;
  /** The failure behind this one. It is logged, never sent. */
  cause?: unknown;
}

const typeOfStatus: Record<number, string> = {
  401: 'invalid_request_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** A failure that has words for the caller. Its message is sent as it stands, so it must not hold secrets. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ApiError';
    this.status = status;
    this.type =
      details.type ?? typeOfStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.param = details.param ?? null;
    this.code = details.code ?? null;
    this.headers = details.headers ?? {};
  }

  toJSON(): { error: ErrorBody } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** A request that cannot be served as it is written: 400, naming the parameter at fault. */
export function invalidRequest(param: string | null, message: string, code: string | null = null): ApiError {
  return new ApiError(400, message, { param, code });
}

/** The error for a failure of this server: nothing of the cause leaves the process. */
export function internalError(cause: unknown): ApiError {
  return new ApiError(500, 'The server had an error while processing your request. Sorry about that!', {
    cause,
  });
}

/** Any thrown value as an `ApiError`; what is not one already is an internal error. */
export function toApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : internalError(thrown);
}
