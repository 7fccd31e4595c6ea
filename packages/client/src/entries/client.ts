export { OpenAI } from '../client.ts';
export type { Absent, AbsentClass, AbsentNames, Beta } from '../resources/absent.ts';
export type { NullableHeaders } from '../transport/headers.ts';
export type {
  APIClient,
  ApiKeySetter,
  ClientOptions,
  DataResidency,
  FinalRequestOptions,
  Logger,
  LogLevel,
  SecuritySchemes,
} from '../transport/options.ts';
