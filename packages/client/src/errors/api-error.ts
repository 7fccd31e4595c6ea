/**
 * The errors of requests, and the table from HTTP status to class. The `name` of each is `Error`, as in the `openai`
 * package. Distinguish them with `instanceof`, which also works between the ESM and CommonJS copies.
 */
// oxlint-disable typescript/no-wrapper-object-types -- callers know these signatures from the original
import { jsonOf } from '../wire/json.ts';
import { errorObject, factsOf } from '../quirks/error-body.ts';
import { branded, castToError, OpenAIError } from './openai-error.ts';
import { askedDelay, rateLimitOf } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';

/** A failed call: the server responded with an error, or no response was received (`status` is undefined). */
export class APIError<
  TStatus extends number | undefined = number | undefined,
  THeaders extends Headers | undefined = Headers | undefined,
  TError extends Object | undefined = Object | undefined,
> extends OpenAIError {
  // Only declared, as the constructor makes them all.
  /** The HTTP status; undefined when there was no response. */
  declare readonly status: TStatus;
  /** Headers of the response; undefined if there was no response. */
  declare readonly headers: THeaders;
  /** The `x-request-id` of the response: null if it has none, undefined if there is no response. */
  declare readonly requestID: string | null | undefined;
  /** The error object of the JSON body, as the server sent it. */
  declare readonly error: TError;
  /** A stable name for the cause, such as `'model_not_found'`. */
  declare readonly code: string | null | undefined;
  /** The request field at fault, such as `'messages[0].content'`. */
  declare readonly param: string | null | undefined;
  /** The family of the error, such as `'invalid_request_error'`. */
  declare readonly type: string | undefined;

  /** Uses `message` if `error` has no text. The status is added in front of either. */
  constructor(
    status: TStatus,
    error: TError,
    message: string | undefined,
    headers: THeaders,
    options?: ErrorOptions,
  ) {
    const { message: said, code, param, type } = factsOf(error);
    super(describe(status, said || error, message), options);
    this.status = status;
    this.headers = headers;
    this.requestID = headers?.get('x-request-id');
    this.error = error;
    this.code = code;
    this.param = param;
    this.type = type;
  }

  /** The rate limits in the headers of the response. */
  get rateLimit(): RateLimit | undefined {
    return rateLimitOf(this.headers);
  }

  /**
   * How long to wait before another attempt according to the response, in milliseconds and without a limit. Undefined if
   * it does not say.
   */
  get retryAfter(): number | undefined {
    const delay = askedDelay(this.headers);
    return delay >= 0 && delay < Infinity ? delay : undefined;
  }

  /**
   * The error of the class that belongs to `status`, made from `errorResponse.error`, or from `errorResponse` when it
   * has no such member.
   *
   * Without a status or without headers there was no response. The result is then an {@link APIConnectionError} with
   * `errorResponse` as its cause.
   */
  static generate(
    status: number | undefined,
    errorResponse: Object | undefined,
    message: string | undefined,
    headers: Headers | undefined,
  ): APIError {
    if (!status || !headers) return new APIConnectionError({ message, cause: castToError(errorResponse) });
    const error = errorObject(errorResponse);
    const Class: typeof APIError = status >= 500 ? InternalServerError : (classOfStatus[status] ?? APIError);
    return new Class(status, error, message, headers);
  }
}

export class APIUserAbortError extends APIError<undefined, undefined, undefined> {
  constructor({ message, cause }: { message?: string | undefined; cause?: unknown } = {}) {
    super(undefined, undefined, message || 'Request was aborted.', undefined, because(cause));
  }
}

export class APIConnectionError extends APIError<undefined, undefined, undefined> {
  constructor({ message, cause }: { message?: string | undefined; cause?: unknown } = {}) {
    super(undefined, undefined, message || 'Connection error.', undefined, because(cause));
  }
}

export class APIConnectionTimeoutError extends APIConnectionError {
  constructor({ message, cause }: { message?: string | undefined; cause?: unknown } = {}) {
    super({ message: message ?? 'Request timed out.', cause });
  }
}

/** A stream ended before the response was complete. The connection was closed, not broken. */
export class StreamTruncatedError extends APIConnectionError {
  constructor({ message, cause }: { message?: string | undefined; cause?: unknown } = {}) {
    super({ message: message ?? 'The stream ended before the response was complete.', cause });
  }
}

export class BadRequestError extends APIError<400, Headers> {}
export class AuthenticationError extends APIError<401, Headers> {}
export class PermissionDeniedError extends APIError<403, Headers> {}
export class NotFoundError extends APIError<404, Headers> {}
export class ConflictError extends APIError<409, Headers> {}
export class UnprocessableEntityError extends APIError<422, Headers> {}
export class RateLimitError extends APIError<429, Headers> {}
/** Any status of 500 and above. */
export class InternalServerError extends APIError<number, Headers> {}

const classOfStatus: Record<number, typeof APIError<any, any, any> | undefined> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
  429: RateLimitError,
};

export class InvalidWebhookSignatureError extends Error {}

/**
 * Prepares an error body for {@link APIError.generate}, whatever its content type: the JSON if it can describe an error,
 * otherwise the text as the message. A JSON string counts as text.
 */
export function readErrorBody(text: string): { response?: Object; message?: string } {
  const json: Object | undefined = jsonOf(text);
  if (typeof json === 'string') return { message: json || text };
  return json ? { response: json } : { message: text };
}

/**
 * An error in the body of a response with status 200. `error` is what {@link errorIn} found. The status
 * it names decides its class.
 */
export function errorInAnswer(error: unknown, headers: Headers): APIError {
  const { status } = factsOf(error);
  return status
    ? APIError.generate(status, { error }, undefined, headers)
    : new APIError(undefined, error as Object, undefined, headers);
}

/** Whether `error` means that something was aborted: the platform's `AbortError`, or the error of Expo's fetch. */
export function isAbortError(error: unknown): boolean {
  const { name, message } = Object(error);
  return name === 'AbortError' || String(message).includes('FetchRequestCanceledException');
}

function because(cause: unknown): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause };
}

function describe(status: number | undefined, error: unknown, fallback: string | undefined): string {
  const said = error ? castToError(error).message : fallback;
  if (status) return `${status} ${said || 'status code (no body)'}`;
  return said || '(no status code or body)';
}

/** The classes that every client has as statics. */
export class ErrorStatics {
  static OpenAIError: typeof OpenAIError = OpenAIError;
  static APIError: typeof APIError = APIError;
  static APIConnectionError: typeof APIConnectionError = APIConnectionError;
  static APIConnectionTimeoutError: typeof APIConnectionTimeoutError = APIConnectionTimeoutError;
  static APIUserAbortError: typeof APIUserAbortError = APIUserAbortError;
  static StreamTruncatedError: typeof StreamTruncatedError = StreamTruncatedError;
  static NotFoundError: typeof NotFoundError = NotFoundError;
  static ConflictError: typeof ConflictError = ConflictError;
  static RateLimitError: typeof RateLimitError = RateLimitError;
  static BadRequestError: typeof BadRequestError = BadRequestError;
  static AuthenticationError: typeof AuthenticationError = AuthenticationError;
  static InternalServerError: typeof InternalServerError = InternalServerError;
  static PermissionDeniedError: typeof PermissionDeniedError = PermissionDeniedError;
  static UnprocessableEntityError: typeof UnprocessableEntityError = UnprocessableEntityError;
  static InvalidWebhookSignatureError: typeof InvalidWebhookSignatureError = InvalidWebhookSignatureError;
}

for (const [name, constructor] of Object.entries(ErrorStatics))
  if (constructor !== OpenAIError) branded(name, constructor);
