/** The names of the faults, and how a list such as `status=429;times=2` is read. `failing.ts` applies them. */
import { parseDuration, SettingError } from '../config.ts';
import { didYouMean } from '../spelling.ts';

/** What goes wrong with one response. Times are in milliseconds. */
export interface Fault {
  /** The list as it was given. */
  text: string;
  /** After so many chunks nothing comes, and the connection stays. */
  stallAfter?: number;
  /** After so many chunks the body ends, as if that was all. */
  cutAfter?: number;
  /** After so many chunks the connection is reset. -1: before there are headers. */
  resetAfter?: number;
  /** After so many chunks the stream ends with an error event. */
  errorAfter?: number;
  /** An error with this status. */
  status?: number;
  /** Headers that say when to try again. */
  retryHeaders?: Record<string, string>;
  /** Something else instead of the response. */
  instead?: 'html' | 'json' | 'empty';
  /** Half of the body that was announced, then a reset. */
  truncateBody?: true;
  /** Before each chunk. */
  slow?: number;
  /** Between pings. Unless another fault says how the response continues, nothing but pings is sent. */
  keepAlive?: number;
  /** Only the first so many requests that are the same go wrong. */
  times?: number;
  /** The share of requests that go wrong, from 0 to 1. */
  rate?: number;
}

type Reader = (value: string | undefined, name: string) => Partial<Fault>;

const afterChunks =
  (field: 'stallAfter' | 'cutAfter' | 'resetAfter' | 'errorAfter'): Reader =>
  (value, name) => ({ [field]: whole(value, name, 0, 1_000_000, 'a number of chunks, such as') });

const instead =
  (what: NonNullable<Fault['instead']>): Reader =>
  (value, name) =>
    alone(value, name) ?? { instead: what };

/** Every fault by its name. */
const faults: Record<string, Reader> = {
  'stall-after': afterChunks('stallAfter'),
  'cut-after': afterChunks('cutAfter'),
  'reset-after': afterChunks('resetAfter'),
  'error-after': afterChunks('errorAfter'),
  reset: (value, name) => alone(value, name) ?? { resetAfter: -1 },
  status: (value, name) => ({
    status: whole(value, name, 400, 599, 'an error status from 400 to 599, such as', 503),
  }),
  'retry-after': (value, name) => ({ retryHeaders: retryHeaders(value, name) }),
  html: instead('html'),
  json: instead('json'),
  empty: instead('empty'),
  'truncate-body': (value, name) => alone(value, name) ?? { truncateBody: true },
  slow: (value, name) => ({ slow: duration(value, name) }),
  keepalive: (value, name) => ({ keepAlive: duration(value, name) }),
  times: (value, name) => ({ times: whole(value, name, 1, 1_000_000, 'a number of requests, such as', 2) }),
  rate: (value, name) => ({ rate: share(value, name) }),
};

/** They say which requests fail, not how. */
const selectors = ['times', 'rate'];

export const faultNames: readonly string[] = Object.keys(faults);

/** Reads a list of faults. Throws a `SettingError` that says what is wrong with it and what would be right. */
export function readFault(text: string): Fault {
  const fault: Fault = { text };
  const seen = new Set<string>();
  for (const item of text.split(';').map((part) => part.trim())) {
    if (item === '') continue;
    const [name = '', value] = split(item);
    const read = Object.hasOwn(faults, name) ? faults[name] : undefined;
    if (!read)
      throw new SettingError(
        `must name a fault, not '${short(name)}'.${didYouMean(name, faultNames)} The faults are ${faultNames.join(', ')}`,
      );
    if (seen.has(name)) throw new SettingError(`has '${name}' twice`);
    const other = [...seen].find((before) => areExclusive(name, before));
    if (other) throw new SettingError(`has both '${other}' and '${name}', which exclude each other`);
    seen.add(name);
    Object.assign(fault, read(value, name));
  }
  if (seen.size === 0) throw new SettingError(`must name a fault. The faults are ${faultNames.join(', ')}`);
  if (seen.has('retry-after') && !seen.has('status'))
    throw new SettingError("has 'retry-after' without an error: add 'status=429'");
  const [selector] = seen;
  if ([...seen].every((name) => selectors.includes(name)))
    throw new SettingError(`has '${selector}' without another fault: add one, such as 'status=503'`);
  // Pings without anything to keep alive are pings alone.
  if ([...seen].every((name) => name === 'keepalive' || selectors.includes(name))) fault.stallAfter = 0;
  return fault;
}

/** A response ends in one way only. */
const ends = [
  'stall-after',
  'cut-after',
  'reset-after',
  'error-after',
  'reset',
  'html',
  'json',
  'empty',
  'truncate-body',
];
/** These can have an error status. A response with an error status cannot have another end. */
const withStatus = ['html', 'empty'];

function areExclusive(one: string, other: string): boolean {
  if (one === 'status') return ends.includes(other) && !withStatus.includes(other);
  return ends.includes(one) && (ends.includes(other) || (other === 'status' && !withStatus.includes(one)));
}

function split(item: string): [string, string | undefined] {
  const at = item.indexOf('=');
  return at < 0 ? [item, undefined] : [item.slice(0, at).trim(), item.slice(at + 1).trim()];
}

function alone(value: string | undefined, name: string): undefined {
  if (value !== undefined) throw new SettingError(`has a value for '${name}', which takes none`);
}

function whole(
  value: string | undefined,
  name: string,
  min: number,
  max: number,
  wanted: string,
  example = 3,
): number {
  const number = /^\d{1,7}$/.test(value ?? '') ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw wrong(name, `${wanted} '${name}=${example}'`, value);
  return number;
}

/** A number from 0 to 1. */
function share(value: string | undefined, name: string): number {
  const number = /^(?:\d(?:\.\d{0,9})?|\.\d{1,9})$/.test(value ?? '') ? Number(value) : Number.NaN;
  if (!(number <= 1)) throw wrong(name, `a share of the requests from 0 to 1, such as '${name}=0.2'`, value);
  return number;
}

/** `200ms` or `2s` in milliseconds. */
function duration(value: string | undefined, name: string): number {
  const ms = parseDuration(value ?? '');
  if (!(ms >= 1 && ms <= 3_600_000))
    throw wrong(name, `a time up to an hour, such as '${name}=200ms'`, value);
  return ms;
}

/** `2` and `2s` are the seconds of the standard header; `200ms` goes into the finer one that the API sends besides. */
function retryHeaders(value: string | undefined, name: string): Record<string, string> {
  if (/^\d{1,6}s?$/.test(value ?? '')) return { 'retry-after': String(Number.parseInt(value ?? '', 10)) };
  if (/^\d{1,6}ms$/.test(value ?? '')) return { 'retry-after-ms': String(Number.parseInt(value ?? '', 10)) };
  throw wrong(name, `seconds or milliseconds, such as '${name}=2' or '${name}=200ms'`, value);
}

const wrong = (name: string, wanted: string, value: string | undefined): SettingError =>
  new SettingError(`needs ${wanted}, ${value === undefined ? 'and got no value' : `not '${short(value)}'`}`);

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
