/**
 * The format of a recorded exchange: one line of a cassette, or `reply: { recording }` of a fixture. This file defines
 * and checks the format. It does not read files or write responses.
 */

/** Part of a body: text, or base64 where the bytes are not UTF-8. */
export type Piece = string | { base64: string };

/**
 * One part of a streamed body. The number is its time of arrival, in milliseconds after the request. Default: the time
 * of the part before.
 */
export type RecordedChunk = [ms: number, piece: Piece] | Piece;

/** A recorded response. It has one of `json`, `text`, `base64` and `chunks`, or an empty body. */
export interface Recording {
  /** 200 to 599. Default 200. */
  status?: number | undefined;
  /** Default: the content type that fits the body. */
  headers?: Record<string, string> | undefined;
  /** Milliseconds from the request to the headers. Default 0. */
  ms?: number | undefined;
  /** A JSON body, sent without white space between tokens. */
  json?: unknown;
  text?: string | undefined;
  /** A body that is not text. */
  base64?: string | undefined;
  /** A streamed body, usually one chunk for each event. */
  chunks?: RecordedChunk[] | undefined;
  /** The connection broke after this part of the body. */
  broken?: boolean | undefined;
}

export interface ExchangeRequest {
  /** The path below the base URL: `/chat/completions`. */
  path: string;
  /** The JSON body, without credentials. */
  body: Record<string, unknown>;
}

export interface Exchange {
  version: 1;
  request: ExchangeRequest;
  response: Recording;
}

/** A cassette, or a part of one, that cannot be used. The message names the place. */
export class CassetteError extends Error {
  override name = 'CassetteError';
  readonly code = 'ERR_CASSETTE';
}

/** More levels than any request needs; each costs frames of the call stack. */
export const deepest = 500;

/** A value of more levels than can be recorded or compared. */
export class TooDeep extends CassetteError {
  override name = 'TooDeep';

  constructor() {
    super(`It has more than ${deepest} levels of objects and arrays.`);
  }
}

type Check = (value: unknown, place: string) => void;

/** `value` as an exchange. Throws a {@link CassetteError} that names the field at fault, with `place` in front of it. */
export function readExchange(value: unknown, place: string): Exchange {
  const version = isObject(value) ? value['version'] : undefined;
  if (version !== undefined && version !== 1) {
    throw new CassetteError(
      `${place}version: must be 1, not ${shown(version)}. A newer release may read it.`,
    );
  }
  checkObject(value, place, exchangeFields, ['version', 'request', 'response']);
  return value as unknown as Exchange;
}

/** The response part of an exchange, or a whole exchange, whose response it is. Throws like {@link readExchange}. */
export function readRecording(value: unknown, place: string): Recording {
  if (isObject(value) && 'version' in value) return readExchange(value, place).response;
  checkRecording(value, place);
  return value as Recording;
}

/** The bytes of a piece. */
export function bytesOf(piece: Piece): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece, 'utf8') : Buffer.from(piece.base64, 'base64');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as a piece. */
export function pieceOf(bytes: Uint8Array): Piece {
  try {
    return utf8.decode(bytes);
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same expressions are in `fixtures.schema.json`. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

const bodies = ['json', 'text', 'base64', 'chunks'];

const recordingFields: Record<string, Check> = {
  status: (value, place) => {
    if (Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599) return;
    fail(place, 'a status from 200 to 599', value);
  },
  headers: checkHeaders,
  ms: checkTime,
  json: () => {},
  text: checkText,
  base64: checkBase64,
  chunks: (value, place) => {
    if (!Array.isArray(value)) fail(place, 'an array', value);
    for (const [index, chunk] of (value as unknown[]).entries()) checkChunk(chunk, `${place}[${index}]`);
  },
  broken: (value, place) => {
    if (typeof value !== 'boolean') fail(place, 'true or false', value);
  },
};

const exchangeFields: Record<string, Check> = {
  version: () => {},
  request: (value, place) => checkObject(value, `${place}.`, requestFields, ['path', 'body']),
  response: (value, place) => checkRecording(value, `${place}.`),
};

const requestFields: Record<string, Check> = {
  path: (value, place) => {
    if (typeof value !== 'string' || !value.startsWith('/'))
      fail(place, "a path such as '/chat/completions'", value);
  },
  body: (value, place) => {
    if (!isObject(value)) fail(place, 'an object', value);
  },
};

function checkRecording(value: unknown, place: string): void {
  checkObject(value, place, recordingFields, []);
  const given = bodies.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
  if (given.length > 1) {
    throw new CassetteError(`${named(place)}: has more than one body: ${given.join(' and ')}.`);
  }
}

function checkObject(value: unknown, place: string, fields: Record<string, Check>, required: string[]): void {
  if (!isObject(value)) fail(named(place), 'an object', value);
  for (const name of required) {
    if (value[name] === undefined) throw new CassetteError(`${place}${name}: is missing.`);
  }
  for (const [name, field] of Object.entries(value)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!check) {
      throw new CassetteError(
        `${place}${name}: is unknown. The fields are ${Object.keys(fields).join(', ')}.`,
      );
    }
    if (field !== undefined) check(field, place + name);
  }
}

function checkHeaders(value: unknown, place: string): void {
  if (!isObject(value)) fail(place, 'an object', value);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') fail(`${place}.${name}`, 'a string', text);
    if (!headerName.test(name) || !headerValue.test(text as string)) {
      throw new CassetteError(`${place}.${name}: cannot be sent as a header.`);
    }
  }
}

function checkChunk(value: unknown, place: string): void {
  if (!Array.isArray(value)) return checkPiece(value, place);
  if (value.length !== 2) fail(place, 'a time and a text', value);
  checkTime(value[0], `${place}[0]`);
  checkPiece(value[1], `${place}[1]`);
}

function checkPiece(value: unknown, place: string): void {
  if (typeof value === 'string') return;
  if (!isObject(value)) fail(place, 'a string or { base64 }', value);
  checkObject(value, `${place}.`, { base64: checkBase64 }, ['base64']);
}

function checkTime(value: unknown, place: string): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 86_400_000)) {
    fail(place, 'milliseconds, from 0 to a day', value);
  }
}

function checkText(value: unknown, place: string): void {
  if (typeof value !== 'string') fail(place, 'a string', value);
}

function checkBase64(value: unknown, place: string): void {
  // Looked for is what base64 has not: an expression for all that it has would run out of stack in a long text.
  const isBase64 =
    typeof value === 'string' &&
    value.length % 4 === 0 &&
    !/[^0-9A-Za-z+/]/.test(value.replace(/={1,2}$/, ''));
  if (!isBase64) fail(place, 'base64', value);
}

function fail(place: string, wanted: string, value: unknown): never {
  throw new CassetteError(`${place}: must be ${wanted}, not ${shown(value)}.`);
}

/** A place that names an object, without the dot that leads to its fields. */
function named(place: string): string {
  return place.replace(/[.:\s]+$/, '') || 'the recording';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
