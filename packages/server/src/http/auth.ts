/** Bearer keys, and the host names a request may be addressed to. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from '../config.ts';
import { ApiError } from './errors.ts';

/**
 * A check that passes a request with one of `keys`, and throws the API's 401 for any other. Every key is
 * compared, each in constant time, so that the time taken says nothing about how much of a key was right.
 */
export function bearerCheck(keys: readonly string[]): (headers: Headers) => void {
  const accepted = keys.map(digest);
  return (headers) => {
    const given = /^Bearer +(.+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
    if (given === undefined) throw unauthorized(missingKey, null);
    const hash = digest(given);
    let matches = 0;
    for (const key of accepted) matches += timingSafeEqual(key, hash) ? 1 : 0;
    if (matches === 0)
      throw unauthorized(`Incorrect API key provided: ${shownKey(given)}.`, 'invalid_api_key');
  };
}

/** A check that throws 403 unless the request is addressed to a loopback name or one of `hosts`. */
export function hostCheck(hosts: readonly string[]): (request: Request) => void {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return (request) => {
    const host = hostName(request.headers.get('host') ?? new URL(request.url).host);
    if (isLoopback(host) || allowed.has(host)) return;
    throw new ApiError(
      403,
      `This server does not answer to the host name '${host.slice(0, 80)}'. (HINT: start it with --allow-host, ` +
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

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Enough of a key to recognise one's own, as the API shows it. */
export function shownKey(key: string): string {
  return key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 4)}****${key.slice(-4)}`;
}

/** `Example.com:80` as `example.com`, `[::1]:80` as `[::1]`. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
