/** Sends one request and keeps the response unchanged. Never rejects: failures are part of the result. */
import type { Dispatcher } from 'undici';
import { readChunks, type Chunks } from './frames.ts';
import { at, parsed, shown, textOf } from './look.ts';

/** One request. */
export interface Sent {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, with its query. */
  path: string;
  /** Sent as JSON; a string is sent as it is. */
  body?: object | string;
  /** Besides `authorization` and `content-type`. An empty one is left out. */
  headers?: Record<string, string>;
  /** Disconnects after the first bytes of the body, or after so many milliseconds. */
  leave?: 'at first bytes' | number;
}

/** Why a response is not whole. */
export type Failure = 'timeout' | 'connection' | 'cut' | 'too large' | 'left';

export interface Exchange {
  /** 0 when there was no response. */
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The body as far as it was received. */
  text: string;
  /** The pieces of the body, as they arrived from the network. */
  pieces: number;
  failure: Failure | undefined;
  /** The code of the error that ended the connection, such as `ECONNREFUSED`. */
  code: string | undefined;
  /** The body as JSON, or undefined. */
  readonly json: unknown;
  /** The body as an event stream. */
  readonly chunks: Chunks;
}

/** Where requests go. */
export interface Target {
  /** Without a slash at its end. */
  baseURL: string;
  key: string | undefined;
  timeoutMs: number;
  dispatcher: Dispatcher;
  request: typeof import('undici').request;
}

/** Bodies beyond this are not read. */
const maxBytes = 1024 * 1024;

export async function exchange(target: Target, sent: Sent): Promise<Exchange> {
  const given = new Received();
  const leaving = new AbortController();
  const timeout = AbortSignal.timeout(target.timeoutMs);
  const timer = typeof sent.leave === 'number' ? setTimeout(() => leaving.abort(), sent.leave) : undefined;
  try {
    const { body } = sent;
    const response = await target.request(urlOf(target, sent.path), {
      method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: headersOf(target, sent),
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.any([timeout, leaving.signal]),
      dispatcher: target.dispatcher,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    given.begin(response);
    for await (const piece of response.body) {
      if (!given.add(piece as Uint8Array)) given.giveUp();
      else if (sent.leave === 'at first bytes') given.failure = 'left';
      if (given.failure) break;
    }
  } catch (error) {
    given.code = codeOf(error);
    if (leaving.signal.aborted) given.failure = 'left';
    else if (timeout.aborted) given.failure = 'timeout';
    else given.failure = given.status === 0 ? 'connection' : 'cut';
  } finally {
    clearTimeout(timer);
  }
  return given;
}

/**
 * `undici` puts the error of the connection below its own, and that of each address of a host into a list. Some errors of its parser
 * have only a name.
 */
function codeOf(error: any): string | undefined {
  const { code, cause, errors, name } = error ?? {};
  if (typeof code === 'string') return code;
  const inner: unknown = cause ?? errors?.[0];
  if (inner) return codeOf(inner);
  return name === 'HTTPParserError' ? name : undefined;
}

class Received implements Exchange {
  status = 0;
  headers: Record<string, string> = {};
  text = '';
  pieces = 0;
  failure: Failure | undefined;
  code: string | undefined;
  #json: { value: unknown } | undefined;
  #chunks: Chunks | undefined;
  #bytes = 0;
  readonly #decoder = new TextDecoder();

  begin({ statusCode, headers }: Dispatcher.ResponseData): void {
    this.status = statusCode;
    for (const [name, value] of Object.entries(headers)) this.headers[name] = [value].flat().join(', ');
  }

  /** Whether there is room for more. */
  add(piece: Uint8Array): boolean {
    this.pieces++;
    this.#bytes += piece.length;
    this.text += this.#decoder.decode(piece, { stream: true });
    return this.#bytes <= maxBytes;
  }

  /** No check reads a part of the body, so it need not be kept. */
  giveUp(): void {
    this.failure = 'too large';
    this.text = this.text.slice(0, 1000);
  }

  get json(): unknown {
    return (this.#json ??= { value: parsed(this.text) }).value;
  }

  get chunks(): Chunks {
    return (this.#chunks ??= readChunks(this.text));
  }
}

/** Whether there is a whole response with a good status. */
export const isGood = ({ status, failure }: Exchange): boolean =>
  status >= 200 && status < 300 && failure === undefined;

/** What the response says about itself when it is not a good one: its status and the message of the error. */
export function problemOf({ status, failure, code, json, text, headers }: Exchange): string {
  if (status === 0 && failure === 'timeout') return 'no response in time';
  if (status === 0) return code === undefined ? 'no response' : `no response (${code})`;
  const where = [at(json, 'error', 'message'), at(json, 'error'), at(json, 'message'), at(json, 'detail')];
  const message = where.map(textOf).find(Boolean) ?? textOf(at(json, 0, 'error', 'message')) ?? '';
  const words = { timeout: 'the response did not end in time', cut: 'the response was cut off' } as const;
  if (status < 300) return words[failure as keyof typeof words] ?? 'the response is too large';
  const target = status < 400 && headers['location'] ? `to ${headers['location']}` : '';
  return shown(`${status} ${target || message || text}`);
}

function urlOf({ baseURL }: Target, path: string): string {
  const url = new URL(baseURL);
  const [pathname, query] = path.split('?', 2) as [string, string | undefined];
  url.pathname = url.pathname.replace(/\/+$/, '') + pathname;
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return url.href;
}

function headersOf({ key, baseURL }: Target, { body, headers = {} }: Sent): Record<string, string> {
  const all: Record<string, string> = {
    'accept-encoding': 'identity',
    'user-agent': 'colloquy-doctor',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(key === undefined ? basicOf(baseURL) : {}),
    ...(key !== undefined && isAzure(baseURL) ? { 'api-key': key } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** The user name and password in a URL, as a header. */
function basicOf(baseURL: string): Record<string, string> {
  const { username, password } = new URL(baseURL);
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** Azure takes keys in a header of its own. */
const isAzure = (url: string): boolean => /\.azure\.com$/i.test(new URL(url).hostname);
