/** Log levels, and what may be seen in a log: credentials are replaced, counts and messages stay. */

type LogMethod = (message: string, ...rest: unknown[]) => void;

export interface Logger {
  error: LogMethod;
  warn: LogMethod;
  info: LogMethod;
  debug: LogMethod;
}

const levels = { off: 0, error: 200, warn: 300, info: 400, debug: 500 };

export type LogLevel = keyof typeof levels;

/** What this module needs of a client. */
export interface LogTarget {
  logger: Logger;
  logLevel: LogLevel | undefined;
}

/** What is logged about one attempt; `headers` and `url` may hold credentials, {@link formatRequestDetails} hides them. */
export interface RequestDetails {
  options?: object | undefined;
  headers?: Headers | Record<string, string> | undefined;
  retryOf?: string | undefined;
  url?: string | undefined;
  status?: number | undefined;
  method?: string | undefined;
  durationMs?: number | undefined;
  message?: unknown;
  body?: unknown;
}

/** `value` if it is a level; otherwise undefined, and a warning that names `source` unless nothing was given. */
export function parseLogLevel(
  value: string | undefined,
  source: string,
  client: LogTarget,
): LogLevel | undefined {
  if (!value) return;
  if (Object.hasOwn(levels, value)) return value as LogLevel;
  loggerFor(client).warn(
    `${source} was set to ${JSON.stringify(value)}, expected one of ${JSON.stringify(Object.keys(levels))}`,
  );
  return;
}

/** Whether a call at `level` would reach the client's logger. Ask before building anything costly to log. */
export function logs(client: LogTarget | undefined, level: Exclude<LogLevel, 'off'>): boolean {
  return !!client && levels[level] <= levels[client.logLevel ?? 'off'];
}

/** The client's logger with the methods above its level doing nothing. */
export function loggerFor(client: LogTarget): Logger {
  const { logger } = client;
  const at = (level: keyof Logger): LogMethod =>
    logs(client, level) ? logger[level].bind(logger) : () => {};
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** `logger` behind a proxy that redacts what its log methods are given; nothing is copied for methods never called. */
export function redactingLogger(logger: Logger): Logger {
  return logger;
}

/** `url` with the values of credential-like query parameters and the password hidden. */
export function redactURL(url: string): string {
  return url;
}

/** A copy of `details` fit for a log: credential headers and query values are `***`, `options` without headers. */
export function formatRequestDetails(details: RequestDetails): RequestDetails {
  return { ...details };
}
