export { OpenAI } from '../client.ts';
export type { Absent, AbsentClass, AbsentNames, Beta } from '../resources/absent.ts';
export type { NullableHeaders } from '../http/headers.ts';
export type { APIClient } from '../http/api-client.ts';
export type {
  ApiKeySetter,
  ClientOptions,
  DataResidency,
  FinalRequestOptions,
  SecuritySchemes,
} from '../http/options.ts';
export type { Logger, LogLevel } from '../log/log.ts';
