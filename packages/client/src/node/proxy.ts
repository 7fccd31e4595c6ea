/** Which proxy a URL is reached through: the one that was asked for, or what the environment says. */

import { BlockList, isIP } from 'node:net';

/**
 * The proxy for `url`, undefined for none. `given` counts for every URL, `false` is none; undefined reads `https_proxy`
 * or `http_proxy` by the scheme of the URL, then `no_proxy`, each also in upper case, the lower case first.
 */
export function proxyFor(url: URL, given: string | false | undefined): URL | undefined {
  if (given !== undefined) return given ? readProxy(given, 'proxy') : undefined;
  const name = `${url.protocol.slice(0, -1)}_proxy`;
  const text = readEnv(name);
  return !text || isExcluded(url, readEnv('no_proxy') ?? '') ? undefined : readProxy(text, name);
}

/** A proxy's address; without a scheme it is `http:`. Throws a TypeError that says where the bad one came from. */
export function readProxy(text: string, source: string): URL {
  let proxy: URL | undefined;
  try {
    proxy = new URL(/^[a-z][\w+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    // Not quoted below, because it may hold a password.
  }
  if (proxy && /^https?:$/.test(proxy.protocol)) return proxy;
  throw new TypeError(`${source} must be an http: or https: URL${proxy ? `, not ${proxy.protocol}` : ''}`);
}

/** The header field that lets us use the proxy, as a flat pair; empty when its address has no user. */
export function proxyAuthorization({ username, password }: URL): string[] {
  if (!username && !password) return [];
  const user = `${unescape(username)}:${unescape(password)}`;
  return ['proxy-authorization', `Basic ${Buffer.from(user).toString('base64')}`];
}

/** As it is if it has a percent sign that escapes nothing. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readEnv(name: string): string | undefined {
  return process.env[name] ?? process.env[name.toUpperCase()];
}

/** `list` has hosts, each with its subdomains, perhaps with a port; addresses; ranges as `10.0.0.0/8`; `*` is all. */
function isExcluded({ protocol, hostname, port }: URL, list: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  port ||= protocol === 'https:' ? '443' : '80';
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, start = '', bits] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
      if (family && isIP(start) === family && Number(bits) <= (family === 4 ? 32 : 128)) {
        const range = new BlockList();
        range.addSubnet(start, Number(bits), `ipv${family as 4 | 6}`);
        return range.check(address, `ipv${family as 4 | 6}`);
      }
      const spelled = isIP(entry) === 6 ? `[${entry}]` : entry;
      const [, host = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(spelled)!;
      if (!host || (only && only !== port)) return false;
      return hostname === host || (!family && hostname.endsWith(`.${host}`));
    });
}
