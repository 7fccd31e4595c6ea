// Every deliberate difference from the original, and why. A parity script that finds another one fails; one that no
// longer finds a listed one fails too.

import { structuredDifferences } from './differences/structured.ts';
import { toolsDifferences } from './differences/tools.ts';

export interface KnownDifference {
  /** Named by the script that shows it. */
  id: string;
  /** What a caller sees: theirs, then ours. */
  what: string;
  why: string;
}

export const coreDifferences: KnownDifference[] = [
  {
    id: 'tee-normalised',
    what: 'A choice without finish_reason: branches of tee() leave it out in the original; here it is null on every way of reading.',
    why: 'One stream should not have two shapes.',
  },
  {
    id: 'json-for-stream',
    what: 'stream: true answered with JSON or a page: zero chunks and no error; here a completion becomes a one-chunk stream, an error object is thrown, other text is an error that shows it.',
    why: 'An answer or an error must not vanish.',
  },
  {
    id: 'cut-connection',
    what: 'A connection cut while a body is read: a bare TypeError, never retried; here APIConnectionError with cause, and buffered bodies are retried.',
    why: 'Callers catch connection failures by class, and a repeat is as safe as before the headers.',
  },
  {
    id: 'error-body-timeout',
    what: 'The body of an error answer may take forever; here it is under the timeout, and the timeout error has the status error as its cause.',
    why: 'A request with a timeout must end.',
  },
  {
    id: 'missing-body',
    what: 'create(undefined) fails with the engine\'s "Cannot read properties"; here the TypeError says what is missing.',
    why: 'An error should name what the caller forgot.',
  },
  {
    id: 'long-timeout',
    what: 'A timeout above 2^31-1 ms fires at once; here it means the longest timer there is. Negative client timeouts are refused.',
    why: 'Infinity and "a month" should not mean now.',
  },
  {
    id: 'undefined-timeout',
    what: '{ timeout: undefined } is refused; here it is the same as leaving it out.',
    why: 'Options are often spread from optional values.',
  },
  {
    id: 'log-redaction',
    what: 'The log hides max_tokens, prompt_tokens and shows errors as {}; here counts stay readable and errors keep name and message.',
    why: 'A log that hides numbers and errors does not help; credentials stay hidden.',
  },
  {
    id: 'string-error-body',
    what: 'An error body that is a JSON string is lost; here it is the message.',
    why: 'Some gateways answer that way.',
  },
  {
    id: 'bom-per-line',
    what: 'A byte order mark is dropped at the start of every line; here only at the start of the stream.',
    why: 'The event stream specification; U+FEFF is text elsewhere.',
  },
  {
    id: 'reserved-fetch-options',
    what: 'fetchOptions.headers, method, body replace what the client set, credentials included; here they cannot.',
    why: 'A stray key must not strip the Authorization header.',
  },
  {
    id: 'empty-event',
    what: 'An event without data (a heartbeat with only a name) ends the stream with a SyntaxError; here it is skipped.',
    why: 'The event stream specification does not dispatch it.',
  },
  {
    id: 'advanced-auth',
    what: 'workloadIdentity, x509Transport, credential and provider are refused with an error that names the option, and not offered when credentials are missing.',
    why: 'They are ways to sign in to one company; this client speaks to any server.',
  },
  {
    id: 'instanceof-across-copies',
    what: 'The ESM and CommonJS copies have errors of their own; here instanceof holds whichever copy threw.',
    why: 'Programs load both without knowing.',
  },
];

export const knownDifferences: KnownDifference[] = [...coreDifferences, ...structuredDifferences, ...toolsDifferences];
