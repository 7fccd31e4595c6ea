/** Which answers lead elsewhere, and what of a call may go there. */

import { isRepeatable } from './body.ts';
import { dropBody, without } from './call.ts';
import type { Call } from './call.ts';

/** Never sent to another origin. fetch drops all but the two keys, which are the credentials of some APIs. */
const credentials = /^(authorization|api-key|x-api-key|cookie)$/;

/**
 * Whether an answer moves `call` on, which is then changed to what must be asked for next; `hops` counts from zero.
 * Throws when the move is not allowed: told not to, more than 20, a target that is not HTTP or names a user, a body
 * that is gone.
 */
export function followRedirect(
  call: Call,
  status: number,
  location: string | undefined,
  hops: number,
): boolean {
  if (!/^30[12378]$/.test(`${status}`) || call.redirect === 'manual') return false;
  if (call.redirect === 'error') throw new Error('unexpected redirect');
  if (location === undefined) return false;
  const target = new URL(location, call.url);
  if (!/^https?:$/.test(target.protocol)) throw new Error('URL scheme must be a HTTP(S) scheme');
  if (hops >= 20) throw new Error('redirect count exceeded');
  const elsewhere = target.origin !== call.url.origin;
  if (target.username || target.password) throw new Error('redirect to a URL that includes credentials');
  if (status !== 303 && !isRepeatable(call.payload))
    throw new Error(
      `a redirect with status ${status} needs the body again, and a stream cannot be sent again`,
    );

  const toGet = status === 303 ? !/^(GET|HEAD)$/.test(call.method) : status < 303 && call.method === 'POST';
  if (toGet) {
    call.method = 'GET';
    dropBody(call);
  }
  if (elsewhere) {
    call.headers = without(call.headers, credentials);
    call.host = undefined;
  }
  target.hash ||= call.url.hash;
  call.url = target;
  return true;
}
