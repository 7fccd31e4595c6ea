/** What is sent for one request. */
import { ApiError } from '../../http/errors.ts';
import { toBytes, type Ending, type Sent } from './body.ts';

export interface Delivery extends Sent {
  status: number;
  headers: Record<string, string>;
  /** Breaks the connection, or leaves it silent, instead of a response. */
  before?: 'reset' | 'stall';
}

export function delivery(
  text: string,
  ending: Ending,
  headers: Record<string, string>,
  status = 200,
): Delivery {
  return { status, headers, pieces: text === '' ? [] : [toBytes(text)], ending };
}

export function events(text: string, ending: Ending = 'end'): Delivery {
  return delivery(text, ending, { 'content-type': 'text/event-stream; charset=utf-8' });
}

export function json(text: string, ending: Ending = 'end', status = 200): Delivery {
  return delivery(text, ending, { 'content-type': 'application/json' }, status);
}

/** The error of the API with this status. */
export function apiError(status: number): ApiError {
  return new ApiError(status, 'The recorded response was replaced by an error.', {
    code: status === 429 ? 'rate_limit_exceeded' : null,
  });
}

/** Its body. */
export function failure(status: number): object {
  return apiError(status).toJSON();
}
