// What the client, its requests, errors, pages, streams and logs do otherwise than the original, on purpose.
import type { KnownDifference } from '../known-differences.ts';

export const coreDifferences: KnownDifference[] = [
  {
    id: 'tee-normalised',
    what: 'A choice without finish_reason: branches of tee() leave it out in the original; here it is null on every way of reading.',
    why: 'One stream should not have two shapes.',
  },
  {
    id: 'json-for-stream',
    what: 'stream: true answered with JSON, under whichever type, or a page: zero chunks and no error; here a completion becomes a one-chunk stream, an error object is thrown, other text is an error that shows it, and an object without choices is an error, too.',
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
  {
    id: 'constructor-timeout',
    what: 'new OpenAI({ timeout: -1 }) and NaN are accepted and fail every call; here the constructor refuses them.',
    why: 'A wrong setting should be found where it is written.',
  },
  {
    id: 'unheard-abort',
    what: 'A fetch that does not listen to its signal hangs past the timeout; here the call ends in time anyway.',
    why: 'A timeout is a promise of ours, not of the fetch that was passed in.',
  },
  {
    id: 'abort-cause',
    what: 'An abort while the body is read has no cause; here it has the reason, as at every other moment.',
    why: 'Callers tell their aborts apart by the reason.',
  },
  {
    id: 'page-options',
    what: 'A page shows internal options (__security); here it shows only those of the caller.',
    why: 'Nobody may rely on them, and JSON.stringify(page) prints them.',
  },
  {
    id: 'repeated-query-keys',
    what: 'A key that is repeated in the query of a path loses all but the last value; in a base URL it is encoded as a form. Here both keep every value, encoded as others are.',
    why: 'A repeated key is how arrays are written in a URL.',
  },
  {
    id: 'base-fragment',
    what: 'A path is appended to the fragment of a base URL that has no query; here the fragment is dropped, as it is with one.',
    why: 'A fragment never reaches the server.',
  },
  {
    id: 'lone-surrogates',
    what: 'A lone surrogate corrupts a query and throws URIError in a path; here it becomes U+FFFD.',
    why: 'Text cut in the middle of a character should not crash a request.',
  },
  {
    id: 'odd-path-values',
    what: 'A symbol, or an object without a prototype, as a path parameter is a TypeError of the engine; here the OpenAIError that other objects get.',
    why: 'One mistake, one error.',
  },
  {
    id: 'form-with-parameters',
    what: 'application/x-www-form-urlencoded with a charset sends JSON under that type; here a form.',
    why: 'Parameters do not change a media type.',
  },
  {
    id: 'generate-whole-body',
    what: 'APIError.generate leaves error undefined for an object without an error member; here that object is the error.',
    why: 'It is what the client itself does with such an answer.',
  },
  {
    id: 'spare-arguments',
    what: 'new APIConnectionError() is a TypeError; here the options may be left out.',
    why: 'Its subclasses allow it.',
  },
  {
    id: 'header-values',
    what: 'A header value that cannot be sent is quoted by the error, an API key with a line break in it among them; here the error names the header only.',
    why: 'Errors are logged, and keys must not be.',
  },
  {
    id: 'repeated-pages',
    what: 'A list whose server sends the same cursor again, as one that ignores `after` does, is followed forever; here going through it ends with an error, and no item comes twice.',
    why: 'A loop without end is worse than an error that says why.',
  },
  {
    id: 'quiet-cause',
    what: 'cause is an enumerable field of connection errors; here it is not, as on errors of the platform.',
    why: 'JSON.stringify(error) should not print a socket.',
  },
];

/** Differences in what the package offers; shown by the tests of the packed tarball. */
export const packageDifferences: KnownDifference[] = [
  {
    id: 'root-out-of-scope',
    what: 'AzureOpenAI, BedrockOpenAI, ComputerToolset and the resources of other endpoints are not exported.',
    why: 'This package is the chat part.',
  },
  {
    id: 'merged-modules',
    what: 'Some import paths share a file and export more than the original does there.',
    why: 'A file for each path would double the size of the package.',
  },
  {
    id: 'spelling-follows-condition',
    what: 'A path ending in .js is always CommonJS, in .mjs always ESM; here both follow import and require.',
    why: 'A spelling should not load a second copy.',
  },
  {
    id: 'no-vendor',
    what: '_vendor/* is not offered.',
    why: 'It was never documented, and holds the work of others.',
  },
];
