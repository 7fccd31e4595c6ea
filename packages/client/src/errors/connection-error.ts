/** Describes in one sentence why no response arrived, or why its body was lost, from the errors of every runtime. */
import { APIConnectionError, APIConnectionTimeoutError, isAbortError } from './api-error.ts';
import { castToError, textOf } from './openai-error.ts';

const oneUndici = 'Pass `fetch` and `dispatcher` of one undici';

/** A URL in a text, without the punctuation that closes it. */
const address = /\b[a-z][a-z\d+.-]{0,20}:\/\/\S*?(?=[)"'`:;,.]*(?:\s|$))/gi;

/**
 * The error for a `fetch` or a body that failed with `cause` although the caller had not aborted. Its message begins
 * like that of its class, and then names the server and the reason.
 *
 * `late` is what a timer of `timeout` milliseconds waited for, if that timer ended the request.
 */
export function connectionError(
  cause: unknown,
  { url = '', timeout }: { url?: string | undefined; timeout?: number | undefined },
  late?: 'response' | 'complete response',
): APIConnectionError {
  let code: unknown;
  let all = '';
  let reason: unknown;
  for (let link = cause as any, depth = 0; link && depth < 8; depth++) {
    code ??= link.code;
    const text = textOf(link.message ?? castToError(link).message);
    // The innermost error names the failure: those around it only say that fetch failed.
    reason = text || link.code || reason;
    all += ` ${link.name} ${link.code} ${text}`;
    link = link.cause ?? link.errors?.at(-1);
  }
  if (cause || !late) cause = castToError(cause);
  const origin = originOf(url);
  const platformLimit = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(String(code));
  let message = `The request${origin && ' to '}${origin} failed: ${String(reason).replace(address, originOf)}`;
  if (late) message = `No ${late} from ${origin} within ${timeout} ms.`;
  else if (platformLimit)
    message = `The platform's own limit ended it. ${oneUndici} with longer headersTimeout and bodyTimeout.`;
  else if (/invalid on\w+ method/.test(all)) message += `. ${oneUndici}.`;
  else if (!code && /^[^/?#]+:[^/?#]/.test(url))
    message = `The base URL ${origin} has no scheme, as in http://${origin}.`;
  return late || platformLimit || isAbortError(cause) || /timed? ?out/i.test(all)
    ? new APIConnectionTimeoutError({ message: `Request timed out. ${message}`, cause })
    : new APIConnectionError({ message: `Connection error. ${message}`, cause });
}

/**
 * Scheme, host and port of a URL, if it has them. User, password, path and query are left out, because they may be
 * secret.
 */
export function originOf(url: string): string {
  const [, scheme = '', host] = /^([a-z][a-z\d+.-]*:\/\/)?([^/?#]*)/i.exec(url)!;
  return scheme + host!.slice(host!.lastIndexOf('@') + 1);
}
