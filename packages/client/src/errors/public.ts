/** The public names for errors, in one list for the root, `core` and `error`. */
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
  PermissionDeniedError,
  RateLimitError,
  StreamTruncatedError,
  UnprocessableEntityError,
} from './api-error.ts';
export { ContentFilterFinishReasonError, LengthFinishReasonError } from './unfinished.ts';
export { OAuthError, SubjectTokenProviderError } from './oauth.ts';
export { OpenAIError } from './openai-error.ts';
export type { PartialChatCompletion } from './openai-error.ts';
export type { UnfinishedAnswerClass, UnfinishedAnswerError } from './unfinished.ts';
export { rateLimitOf, type RateLimit, type RateLimitWindow } from './rate-limit.ts';
