/** What a program imports. The other public modules are in `entries/`; `scripts/public-modules.ts` says where each leads. */
export { OpenAI as default, OpenAI } from './client.ts';
export { APIPromise } from './transport/api-promise.ts';
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
} from './transport/errors.ts';
export type { PartialChatCompletion } from './transport/errors.ts';
export { rateLimitOf, type RateLimit, type RateLimitWindow } from './transport/rate-limit.ts';
export type { ClientOptions, DataResidency } from './transport/options.ts';
export { PagePromise } from './transport/page.ts';
export { toFile, toStreamingFile, type Uploadable } from './transport/uploads.ts';
export type {
  RunnerOptions,
  StopReason,
  ToolApproval,
  ToolApprovalContext,
} from './streaming/conversation.ts';
export type { RunnableCustomTool, ToolCallContext } from './tools/runnable.ts';
