/** Checks bearer keys, and the `Host` of requests. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback, SettingError, type AppConfig } from '../config.ts';
import { ApiError } from './errors.ts';

/** The project of keys that name none, and of everybody when no key is needed. */
export const defaultProject = 'default';

/**
 * A check that returns the project of the key in a request, and throws the API's 401 when there is none of ours. Every key is
 * compared, each in constant time, so that the time taken says nothing about how much of a key was right. Throws a
 * `SettingError` when the hash of a key cannot be read.
 */
export function keyCheck({
  apiKeys,
  keys,
}: Pick<AppConfig, 'apiKeys' | 'keys'>): (headers: Headers) => string {
  const accepted: Accepted[] = [
    ...apiKeys.map((key) => ({ name: 'a plain key', hash: digest(key), project: defaultProject })),
    ...keys.map(({ name, hash, project = defaultProject }) => ({
      name: `the key '${name}'`,
      hash: readHash(name, hash),
      project,
    })),
  ];
  refuseAmbiguous(accepted);
  return (headers) => {
    const given = bearerOf(headers);
    if (given === undefined) throw unauthorized(missingKey, null);
    const hashes = spellingsOf(given).map(digest);
    let project: string | undefined;
    for (const key of accepted) {
      for (const hash of hashes) {
        const isSame = timingSafeEqual(key.hash, hash);
        project = isSame ? key.project : project;
      }
    }
    if (project === undefined)
      throw unauthorized(`Incorrect API key provided: ${shownKey(given)}.`, 'invalid_api_key');
    return project;
  };
}

interface Accepted {
  name: string;
  hash: Buffer;
  project: string;
}

/** A key opens one project. Throws a `SettingError` for one that would open two. */
function refuseAmbiguous(accepted: readonly Accepted[]): void {
  const seen = new Map<string, Accepted>();
  for (const key of accepted) {
    const hash = key.hash.toString('hex');
    const other = seen.get(hash) ?? key;
    seen.set(hash, other);
    if (other.project === key.project) continue;
    const names = `${other.name} and ${key.name}`;
    throw new SettingError(
      `${names[0]!.toUpperCase()}${names.slice(1)} are the same, but of the projects '${other.project}' and '${key.project}'.`,
    );
  }
}

/** A header has a character for each byte. Some clients send a key as UTF-8, which is the first spelling, others as Latin-1. */
function spellingsOf(given: string): (string | Buffer)[] {
  return /^[\x20-\x7e]*$/.test(given) ? [given] : [Buffer.from(given, 'latin1'), given];
}

/** The key that a request brings. */
export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(.+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
}

/** `text` without the key of the request, wherever the client wrote it: shortened, so that it can still be recognized. */
export function withoutKey(text: string, headers: Headers): string {
  const key = bearerOf(headers);
  // A key this short says nothing, and would be found in every word.
  if (key === undefined || key.length < 8) return text;
  return text.replaceAll(key, shownKey(key)).replaceAll(encodeURIComponent(key), shownKey(key));
}

/** The form in which a key is kept. The key cannot be computed from it. */
export function hashOf(key: string): string {
  return `sha256:${digest(key).toString('hex')}`;
}

function readHash(name: string, hash: string): Buffer {
  const [, digits] = /^sha256:([\da-f]{64})$/i.exec(hash.trim()) ?? [];
  if (digits !== undefined) return Buffer.from(digits, 'hex');
  throw new SettingError(
    `The hash of the key '${name}' must be sha256: and 64 hexadecimal digits, as 'colloquy-server key create' prints it.`,
  );
}

/** A check that throws 403 unless the request is addressed to a loopback name or one of `hosts`. */
export function hostCheck(hosts: readonly string[]): (request: Request) => void {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return (request) => {
    const host = hostName(request.headers.get('host') ?? new URL(request.url).host);
    if (isLoopback(host) || allowed.has(host)) return;
    throw new ApiError(
      403,
      `This server does not accept the host name '${host.slice(0, 80)}'. (HINT: start it with --allow-host, ` +
        'or with an API key, if that is what you want.)',
      { code: 'host_not_allowed' },
    );
  };
}

const missingKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
  '(i.e. Authorization: Bearer YOUR_KEY).';

function unauthorized(message: string, code: string | null): ApiError {
  return new ApiError(401, message, { code, headers: { 'www-authenticate': 'Bearer' } });
}

function digest(key: string | Buffer): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Enough of a key to recognize one's own, as the API shows it. */
export function shownKey(key: string): string {
  return key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 4)}****${key.slice(-4)}`;
}

/** Request headers in which servers take a key. */
export const keyHeaders: readonly string[] = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key'];

const secretHeaders = new Set([...keyHeaders, 'cookie', 'proxy-authorization']);

/** The value of a request header for display. A credential is reduced to its scheme and enough characters to recognize it. */
export function shownHeader(name: string, value: string): string {
  if (!secretHeaders.has(name)) return value;
  const [, scheme = '', key = ''] = /^((?:bearer|basic) +)?(.*)$/is.exec(value) ?? [];
  return scheme + shownKey(key);
}

/** `Example.com:80` as `example.com`, `[::1]:80` as `[::1]`. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
