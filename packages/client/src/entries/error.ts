export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ContentFilterFinishReasonError,
  InternalServerError,
  InvalidWebhookSignatureError,
  LengthFinishReasonError,
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
