/** The settings of a client: from its options, then the environment, then defaults. */

import { OpenAIError } from '../errors/openai-error.ts';
import { parseLogLevel } from '../log/log.ts';
import type { LogTarget } from '../log/log.ts';
import type { Logger, LogLevel } from '../log/log.ts';
import { redactingLogger } from '../log/redact.ts';
import { buildHeaders, parseHeaderLines } from './headers.ts';
import { warnOfNames } from './option-names.ts';
import type { ClientOptions, DataResidency, Fetch, MergedRequestInit } from './options.ts';
import { checkPatience } from './patience.ts';
import { isRunningInBrowser, readEnv } from './platform.ts';
import { maxRetriesOf } from './retry.ts';

/** The fields of a client that may be changed while it is in use; they count from the next attempt on. */
export interface Settings {
  /** Null as long as a function key was not asked. */
  apiKey: string | null;
  /** Kept for subclasses; nothing here sends it. */
  adminAPIKey: string | null;
  /** Sent as `OpenAI-Organization`; `null` sends none. */
  organization: string | null;
  /** Sent as `OpenAI-Project`; `null` sends none. */
  project: string | null;
  /** Kept for subclasses; nothing here reads it. */
  webhookSecret: string | null;
  /** What paths are appended to, such as `http://localhost:8080/v1`. */
  baseURL: string;
  /** Milliseconds. */
  timeout: number;
  /** Attempts after a failed first one. */
  maxRetries: number;
  /** Receives log lines without credentials. */
  logger: Logger;
  /** The least severe level that is logged. */
  logLevel: LogLevel | undefined;
  /** Further keys for the init of every `fetch`. */
  fetchOptions: MergedRequestInit | undefined;
}

export const defaultURL = 'https://api.openai.com/v1';
/** Ten minutes, in milliseconds. */
export const defaultTimeout = 600_000;

const regions: readonly DataResidency[] = ['global', 'us', 'eu', 'ae', 'au', 'in', 'jp'];

/**
 * The settings of a client, and its options with what the environment adds to them, its `fetch` among them.
 *
 * Throws an OpenAIError that names the option for whatever cannot work; a bad log level is only warned of.
 */
export function settingsOf(options: ClientOptions): {
  settings: Settings;
  completed: ClientOptions & { fetch: Fetch };
} {
  for (const name of ['workloadIdentity', 'x509Transport', 'credential', 'provider'] as const)
    if (options[name]) throw new OpenAIError(`\`${name}\` is not supported: pass an \`apiKey\` function.`);
  // What a bad level has to say should be heard.
  const log: LogTarget = { logger: redactingLogger(options.logger ?? console), logLevel: 'warn' };
  log.logLevel =
    parseLogLevel(options.logLevel, 'ClientOptions.logLevel', log) ??
    parseLogLevel(readEnv('OPENAI_LOG'), "process.env['OPENAI_LOG']", log) ??
    'warn';
  warnOfNames(options, log);
  const apiKey = setting(options.apiKey, 'API_KEY');
  const adminAPIKey = setting(options.adminAPIKey, 'ADMIN_KEY');
  if (!apiKey && !adminAPIKey)
    throw new OpenAIError('Missing credentials. Pass an `apiKey` or set OPENAI_API_KEY.');
  if (!options.dangerouslyAllowBrowser && isRunningInBrowser())
    throw new OpenAIError('Browsers expose the key: set `dangerouslyAllowBrowser: true` to allow that.');
  const settings: Settings = {
    apiKey: typeof apiKey === 'string' ? apiKey : null,
    adminAPIKey,
    organization: setting(options.organization, 'ORG_ID'),
    project: setting(options.project, 'PROJECT_ID'),
    webhookSecret: setting(options.webhookSecret, 'WEBHOOK_SECRET'),
    baseURL: baseURLOf(options),
    timeout: options.timeout ?? defaultTimeout,
    maxRetries: maxRetriesOf(options.maxRetries, 2),
    ...log,
    fetchOptions: options.fetchOptions,
  };
  checkPatience(options);
  if (!(settings.timeout >= 0)) throw new OpenAIError('timeout must be a number of at least 0');
  const platform = globalThis.fetch;
  if (!options.fetch && !platform) throw new Error('There is no global `fetch`: pass one.');
  const completed = { ...options, apiKey, fetch: options.fetch ?? ((input, init) => platform(input, init)) };
  const lines = readEnv('OPENAI_CUSTOM_HEADERS');
  if (lines) completed.defaultHeaders = buildHeaders([parseHeaderLines(lines), options.defaultHeaders]);
  return { settings, completed };
}

/** Only undefined falls back to the environment; null does not. */
function setting<T>(given: T | undefined, name: string): T | string | null {
  return given === undefined ? (readEnv(`OPENAI_${name}`) ?? null) : given;
}

function baseURLOf(options: ClientOptions): string {
  const { dataResidency: region } = options;
  if (region == null) return setting(options.baseURL, 'BASE_URL') || defaultURL;
  if ('baseURL' in options)
    throw new OpenAIError('The `dataResidency` and `baseURL` options are mutually exclusive.');
  if (!regions.includes(region))
    throw new OpenAIError(`Invalid \`dataResidency\`; expected one of: ${regions.join(', ')}.`);
  return region === 'global' ? defaultURL : defaultURL.replace('//', `//${region}.`);
}
