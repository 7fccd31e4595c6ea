/**
 * Errors of exchanging tokens. Nothing here throws them: they exist for programs that switch from the `openai` package
 * and name them.
 */
import type { OAuthErrorCode } from '../types/shared.ts';
import { APIError } from './api-error.ts';
import { OpenAIError } from './openai-error.ts';

/** The token exchange was refused; `error_code` is the `error` of RFC 6749, section 5.2. */
export class OAuthError extends APIError<400 | 401 | 403, Headers> {
  /** Why the exchange was refused. */
  readonly error_code: OAuthErrorCode | undefined;

  constructor(status: 400 | 401 | 403, error: APIError['error'], headers: Headers) {
    super(status, error, 'OAuth2 authentication error', headers);
    this.error_code = (error as { error?: OAuthErrorCode } | null | undefined)?.error;
  }
}

/** A source of subject tokens that the caller provides has failed. */
export class SubjectTokenProviderError extends OpenAIError {
  /** Name of the source that failed. */
  readonly provider: string;
  /** What the source threw. */
  override readonly cause: Error | undefined;

  constructor(message: string, provider: string, cause?: Error) {
    super(message);
    this.provider = provider;
    this.cause = cause;
  }
}
