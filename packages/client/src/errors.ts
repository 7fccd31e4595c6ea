/** The public names that have to do with errors: one list for the root, `core` and `error`. */
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
} from './transport/errors.ts';
export type {
  PartialChatCompletion,
  UnfinishedAnswerClass,
  UnfinishedAnswerError,
} from './transport/errors.ts';
export { rateLimitOf, type RateLimit, type RateLimitWindow } from './transport/rate-limit.ts';
