/** Every setting of the server with its default, and how it is read from text. */

/** The configuration file that is read if it exists and no other is named. */
export const defaultConfigFile = 'colloquy.yaml';

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export const storeModes = ['asked', 'all'] as const;
export type StoreMode = (typeof storeModes)[number];

/** A key that a client may send, known by its hash. */
export interface Key {
  /** For people, to tell keys apart. */
  name: string;
  /** `sha256:` and the hash of the key in hexadecimal digits, as `colloquy-server key create` prints it. */
  hash: string;
  /** Whose stored completions it opens. Default: `default`. */
  project?: string | undefined;
}

/** The settings of an app. */
export interface AppConfig {
  /** Bearer keys that are accepted, for the project `default`. Without a key here or in `keys`, any key is accepted. */
  apiKeys: readonly string[];
  /** Keys by their hashes, each for one project. */
  keys: readonly Key[];
  /** The largest request body, in bytes. */
  bodyLimit: number;
  /** The most values that a request body may hold. A string counts as three and a property as ten. */
  maxValues: number;
  /** How long a stream is silent before it sends a comment, in milliseconds. 0 sends none. */
  keepAliveMs: number;
  /** Origins that browsers may call from: exact origins, or `*` for any. Empty: no CORS headers at all. */
  cors: readonly string[];
  /**
   * Values of `Host` that are accepted besides loopback names; undefined turns the check off. The check prevents web
   * pages from reaching a server without keys through a DNS name of their own (DNS rebinding).
   */
  allowedHosts: readonly string[] | undefined;
  /** Receives the log lines: of unexpected failures, and of requests if `logRequests` is set. Default: none. */
  log: ((line: string) => void) | undefined;
  logRequests: boolean;
  /** The format of log lines. With `json`, the line of a request is written when its response has ended. */
  logFormat: LogFormat;
  /** The wire format of the sandbox unless a request names another, such as `ollama`. Default: that of the API. */
  quirk: string | undefined;
  /** The faults of the sandbox's responses unless a request names others, such as `stall-after=3`. Default: none. */
  fault: string | undefined;
  /**
   * How many requests and tokens the sandbox accepts in a minute from each API key. Requests above a limit get a 429. Default: no
   * limits, and no `x-ratelimit-*` headers.
   */
  rateLimit: { requests?: number | undefined; tokens?: number | undefined } | undefined;
  /**
   * The seed of the sandbox's replies, and of the choice of requests that fail by the `rate` of a fault.
   */
  seed: number;
  /** Which chat completions are stored: those of requests with `store: true`, or all. */
  store: StoreMode;
  /** Whether a chat completion that no fixture is for is a 404. Otherwise the model replies. */
  strictFixtures: boolean;
}

/** What starting a server adds. */
export interface ServerConfig extends AppConfig {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** The database: a file, `:memory:`, or the URL of PostgreSQL. */
  db: string;
  /** How fast the sandbox model streams; 0 is as fast as it is read. */
  tokensPerSecond: number;
  /** Whether `/sandbox/*` is served: routes that add fixtures, list requests and reset, for tests in other languages. */
  control: boolean;
  /** Whether `/metrics` is served, for Prometheus. */
  metrics: boolean;
  /** How long `close()` waits for responses in flight before it breaks their connections off, in milliseconds. */
  graceMs: number;
}

export const appDefaults: AppConfig = {
  apiKeys: [],
  keys: [],
  bodyLimit: 32 * 1024 * 1024,
  maxValues: 400_000,
  keepAliveMs: 15_000,
  cors: [],
  allowedHosts: undefined,
  log: undefined,
  logRequests: true,
  logFormat: 'text',
  quirk: undefined,
  fault: undefined,
  rateLimit: undefined,
  seed: 0,
  store: 'asked',
  strictFixtures: false,
};

export const serverDefaults: ServerConfig = {
  ...appDefaults,
  host: '127.0.0.1',
  port: 8787,
  db: 'colloquy.db',
  tokensPerSecond: 0,
  control: false,
  metrics: false,
  graceMs: 10_000,
};

/** A setting that cannot be read. The message completes a sentence whose subject is the setting. */
export class SettingError extends Error {
  override name = 'SettingError';
}

export function readPort(text: string): number {
  return readWhole(text, 65_535, 'a port from 0 to 65535');
}

/** A seed, or a rate: any whole number from 0. */
export function readNumber(text: string): number {
  return readWhole(text, Number.MAX_SAFE_INTEGER, 'a whole number from 0');
}

/** A limit: any whole number from 1. */
export function readLimit(text: string): number {
  const limit = readWhole(text, Number.MAX_SAFE_INTEGER, 'a whole number from 1');
  if (limit === 0) throw new SettingError(`must be a whole number from 1, not '${text}'`);
  return limit;
}

/** Seconds, as text, in milliseconds. */
export function readSeconds(text: string): number {
  return readWhole(text, 86_400, 'whole seconds from 0 to 86400') * 1_000;
}

const timeUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000 };

/** `250ms`, `10s` or `2m` in milliseconds; NaN for anything else. */
export function parseDuration(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text.trim()) ?? [];
  return Number(digits) * (timeUnits[unit] ?? Number.NaN);
}

/** The longest time that a timer of Node.js takes, about 25 days: it would end a longer one, or `Infinity`, at once. */
const longestTimer = 2 ** 31 - 1;

/** A time in milliseconds that a timer can wait for. */
export function timerMs(ms: number): number {
  return Math.min(ms, longestTimer);
}

/** How long to wait at most: a time up to an hour, but not 0. */
export function readTimeout(text: string): number {
  const ms = parseDuration(text);
  if (!(ms > 0 && ms <= 3_600_000))
    throw new SettingError(`must be a time such as 500ms or 10s, not '${text}'`);
  return ms;
}

/** A time up to an hour, in milliseconds. `0` needs no unit. */
export function readDuration(text: string): number {
  const ms = text.trim() === '0' ? 0 : parseDuration(text);
  if (!(ms <= 3_600_000))
    throw new SettingError(`must be a time up to an hour, such as 500ms or 10s, not '${text}'`);
  return ms;
}

const units: Record<string, number> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** `500`, `64kb` or `32mb` in bytes. A unit is a power of 1024. */
export function readBytes(text: string): number {
  const [, digits, unit] = /^(\d{1,12})\s*([kmg]?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (units[(unit ?? '').toLowerCase()] ?? Number.NaN);
  if (!(bytes >= 1)) throw new SettingError(`must be a size such as 500kb or 32mb, not '${text}'`);
  return bytes;
}

/** `a, b` as `['a', 'b']`. */
export function readList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A text that says something. A blank text is a variable that was never set, and must not count as a choice. */
/**
 * The most UTF-16 code units of the name of a project, and of the id of a completion. The index that has both takes 2,704
 * bytes on PostgreSQL, and a code unit at most three.
 */
export const maxProjectLength = 200;
export const maxIdLength = 500;

export function readProject(text: string): string {
  if (text.length > maxProjectLength)
    throw new SettingError(`must be at most ${maxProjectLength} characters, not ${text.length}`);
  return readText(text);
}

export function readText(text: string): string {
  if (text.trim() === '') throw new SettingError('must not be empty');
  return text;
}

/** An address or a name; `[::1]` as `::1`. */
export function readAddress(text: string): string {
  return readText(text).replace(/^\[(.*)\]$/, '$1');
}

/** Files, folders or URLs, at least one. */
export function readPaths(text: string): string[] {
  return readItems(text, /./, 'a file or a folder');
}

/** One of a few words. */
export function readChoice<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((choice) => choice === text.trim());
    if (choice === undefined) throw new SettingError(`must be ${anyOf(choices)}, not '${text}'`);
    return choice;
  };
}

/** The base URL of a server. */
export function readURL(text: string): string {
  if (!isBaseURL(text)) throw new SettingError('must be a URL such as https://api.openai.com/v1');
  return text;
}

/** A URL for messages: without its user, password, query and fragment, which may be secret. */
export function shownURL(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\/\/[^/]*@/, '//').replace(/[?#].*/s, '');
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Whether requests can be sent below a URL: it is an HTTP URL, and a user name and a password in it can be decoded. */
export function isBaseURL(text: string): boolean {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Names of fields, or paths to them: `seed`, `messages[0].content`. */
export function readFields(text: string): string[] {
  return readItems(
    text,
    /^[^\s.[\]]+(?:\.[^\s.[\]]+|\[(?:\d+|\*)\])*$/,
    'a field such as seed or messages[0].content',
  );
}

/** Whether clients must send a key. */
export function asksForKey({ apiKeys, keys }: Pick<AppConfig, 'apiKeys' | 'keys'>): boolean {
  return apiKeys.length + keys.length > 0;
}

/** API keys, at least one: a blank list would let everybody in. */
export function readKeys(text: string): string[] {
  return readItems(text, /./, 'a key');
}

/** Origins as browsers spell them, or `*`: what is spelled otherwise would never match. */
export function readOrigins(text: string): string[] {
  return readItems(
    text,
    /^(?:\*|null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@A-Z]+)$/,
    'an origin such as https://app.example, or *',
  );
}

/** Host names without scheme and port. */
export function readHosts(text: string): string[] {
  return readItems(
    text,
    /^(?:[^\s/:@[\]]+|\[[\da-f:.]+\])$/i,
    'a host name such as box.example, without a port',
  );
}

/** True for the address of this machine alone: `localhost`, `*.localhost`, `127.0.0.0/8`, `::1`. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[?::1\]?)$/i.test(host);
}

/** `a, b or c`. */
function anyOf(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}

function readItems(text: string, form: RegExp, wanted: string): string[] {
  const items = readList(readText(text));
  if (items.length === 0) throw new SettingError(`must be ${wanted}, not '${text}'`);
  for (const item of items) if (!form.test(item)) throw new SettingError(`must be ${wanted}, not '${item}'`);
  return items;
}

function readWhole(text: string, max: number, wanted: string): number {
  const value = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new SettingError(`must be ${wanted}, not '${text}'`);
  return value;
}

/**
 * Returns a function for log lines that never throws. Some callers cannot catch, such as the end of a stream: an error there would
 * end the process. The first failure is emitted as a process warning.
 */
export function unfailing(log: (line: string) => void): (line: string) => void {
  let isTold = false;
  return (line) => {
    try {
      log(line);
    } catch (error) {
      if (isTold) return;
      isTold = true;
      process.emitWarning(
        `The function 'log' threw: ${error instanceof Error ? error.message : typeof error}`,
      );
    }
  };
}
