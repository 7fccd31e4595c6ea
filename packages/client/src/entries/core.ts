/** The root without the helpers of `chat.completions` and without uploads: a smaller client with the same requests. */
export { OpenAI as default, OpenAI } from '../core.ts';
export { APIPromise } from '../transport/api-promise.ts';
export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  InvalidWebhookSignatureError,
  NotFoundError,
  OAuthError,
  OpenAIError,
  PermissionDeniedError,
  RateLimitError,
  StreamTruncatedError,
  SubjectTokenProviderError,
  UnprocessableEntityError,
} from '../transport/errors.ts';
export type { PartialChatCompletion } from '../transport/errors.ts';
export { rateLimitOf, type RateLimit, type RateLimitWindow } from '../transport/rate-limit.ts';
export type { ClientOptions, DataResidency } from '../transport/options.ts';
export { PagePromise } from '../transport/page.ts';
export { Stream } from '../transport/stream.ts';
export type * from '../types/index.ts';
