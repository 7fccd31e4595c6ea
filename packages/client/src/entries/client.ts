export { OpenAI } from '../client.ts';
export type { ApiKeySetter, ClientOptions, DataResidency, Logger, LogLevel } from '../transport/options.ts';
