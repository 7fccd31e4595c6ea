/** Reads errors in the formats of other servers. */

import { jsonOf } from '../wire/json.ts';

/** The parts of an error, whatever they are called on the wire; each as sent, and undefined if it is missing. */
export interface ErrorFacts {
  message: unknown;
  code: any;
  type: any;
  param: any;
  /** The HTTP status the error names, 400 to 599. */
  status: number | undefined;
}

/**
 * The error in a body, as sent: the value of `error`, or else the body itself if it is a known shape of an error:
 * `{ object: 'error' }`, `{ detail }`, `{ fault }`, `{ success: false }`, `{ errors }`, `{ message }`. For a list, the error of
 * the first item. Undefined for anything else, such as a value with `choices`.
 */
export function errorIn(body: any): unknown {
  const value = Array.isArray(body) ? body[0] : body;
  if (!value || typeof value !== 'object') return undefined;
  const { error, choices, object, detail, fault, success, errors, message } = value;
  if (error || choices) return error || undefined;
  const known =
    object === 'error' || detail || fault || success === false || errors?.[0] || typeof message === 'string';
  return known ? value : undefined;
}

/** The error in the body of a response with an error status: its `error`, that of the first item of a list, or all of it. */
export function errorObject(body: any): any {
  return typeof body === 'object' ? (body?.error ?? (body?.[0]?.error || body)) : undefined;
}

/**
 * Whether the body of a 429 says `insufficient_quota`: the account has no credit, so a retry cannot help. Gateways wrap
 * this code of the server behind them in many ways.
 */
export function isOutOfCredit(body: string): boolean {
  return body.includes('insufficient_quota');
}

/**
 * The facts of an error, which is what {@link errorIn} gave or anything else; also of one that stands in its `detail`, as
 * FastAPI's may be that of the program behind it, down to a `depth` that no honest server reaches.
 */
export function factsOf(error: any, depth = 9): ErrorFacts {
  if (typeof error === 'string') {
    // Some wrap the error of what is behind them in a sentence.
    return { ...factsOf(jsonOf(error.slice(error.indexOf('{')))), message: error };
  }
  error ??= {};
  const { fault, detail, errors } = error;
  const { code, type, param, status, status_code, message } = fault
    ? { message: fault.faultstring, code: fault.detail?.errorcode }
    : (errors?.[0] ?? error);
  const behind = depth && message === undefined && errorIn(detail);
  if (behind) return factsOf(behind, depth - 1);
  return {
    message: message ?? sayDetail(detail),
    code,
    type: type === undefined && typeof status === 'string' ? status : type,
    param,
    status: [status_code, status, code].map(Number).find((each) => each >= 400 && each < 600),
  };
}

/** FastAPI's: a sentence, or a list with one item for each field it did not like. */
function sayDetail(detail: any): unknown {
  if (!Array.isArray(detail)) return detail;
  return detail.map((item) => [item?.loc?.join?.('.'), item?.msg].filter(Boolean).join(': ')).join('; ');
}
