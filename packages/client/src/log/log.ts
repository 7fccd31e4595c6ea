/** Log levels, and whether a line is logged. */

import { redactingLogger } from './redact.ts';

type LogMethod = (message: string, ...rest: unknown[]) => void;

export interface Logger {
  /** What a stream failed on. */
  error: LogMethod;
  /** Options and responses that look wrong, but fail nothing. */
  warn: LogMethod;
  /** One line for each attempt and its outcome. */
  info: LogMethod;
  /** Requests and responses in detail. */
  debug: LogMethod;
}

const levels = ['off', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof levels)[number];

/** What this module needs of a client. Without a level nothing is logged. */
export interface LogTarget {
  /** Receives the log lines. */
  logger: Logger;
  /** The least severe level that is logged; undefined logs nothing. */
  logLevel: LogLevel | undefined;
}

/** `value` if it is a level; otherwise undefined, and a warning that names `source` unless nothing was given. */
export function parseLogLevel(
  value: string | undefined,
  source: string,
  client: LogTarget,
): LogLevel | undefined {
  if (!value || levels.includes(value as LogLevel)) return (value as LogLevel) || undefined;
  const [text, expected] = [value, levels].map((each) => JSON.stringify(each));
  log(client, 'warn', `${source} was set to ${text}, expected one of ${expected}`);
  return undefined;
}

/** Whether a call at `level` would reach the client's logger. Ask before building anything costly to log. */
export function logs(client: LogTarget | undefined, level: keyof Logger): boolean {
  return !!client && levels.indexOf(level) <= levels.indexOf(client.logLevel ?? 'off');
}

/** Calls the client's logger with redacted copies, if its level lets it. */
export function log(client: LogTarget, level: keyof Logger, ...args: Parameters<LogMethod>): void {
  if (logs(client, level)) redactingLogger(client.logger)[level](...args);
}

const warned: WeakMap<Logger, string> = /* @__PURE__ */ new WeakMap();

/** Logs `text` as a warning, once for each logger. */
export function warnOnce(client: LogTarget, text: string): void {
  const before = warned.get(client.logger) ?? '';
  if (before.includes(text)) return;
  warned.set(client.logger, before + text);
  log(client, 'warn', text);
}
