// How long ours waits, and what it makes of answers that stop, fail or come in another shape, on purpose.
import type { KnownDifference } from '../known-differences.ts';

export const wireDifferences: KnownDifference[] = [
  {
    id: 'stream-timeouts',
    what: 'timeout ends at the headers, so a stream that stalls hangs forever; here it also limits the wait for the first item and for each after it (firstChunkTimeout, idleTimeout), and the error has what came before as partial.',
    why: 'A request with a timeout must end.',
  },
  {
    id: 'silence-after-the-end',
    what: 'A server that sends no [DONE] and keeps the connection open after the last choice has finished: the stream hangs forever; here it ends well after idleTimeout, or five seconds after the chunk with the usage.',
    why: 'All of the answer is there.',
  },
  {
    id: 'stream-reconnects',
    what: 'A stream that breaks before its first item fails with a bare TypeError; here the request is sent again while retries are left, as nothing was given out yet.',
    why: 'It is as safe as before the headers.',
  },
  {
    id: 'stream-truncated',
    what: 'A completion that stops without [DONE] and without a finish reason ends as if it were whole, and stream() says that a finish_reason is missing; here both throw StreamTruncatedError with the partial completion, unless onTruncated is "return".',
    why: 'An answer that is cut short must not pass for a whole one.',
  },
  {
    id: 'done-without-finish-reason',
    what: 'After [DONE] stream() rejects when no finish_reason came; here it resolves with finish_reason null, and the log warns of it.',
    why: 'The server has said that it is done, and all of the text is there.',
  },
  {
    id: 'long-retry-after',
    what: 'A server that asks to stay away for more than a minute is asked again within a second; here the call fails at once and its error says how long in retryAfter, unless maxRetryDelay allows the wait.',
    why: 'Asking again at once makes a rate limit worse.',
  },
  {
    id: 'spent-quota',
    what: 'A 429 whose body says insufficient_quota is repeated; here it is not.',
    why: 'No waiting brings credit back.',
  },
  {
    id: 'error-shapes',
    what: 'Errors that are a string, a detail, a fault, a list or have no error member show as JSON text without code and type, or pass for a chunk; here message, code, type, param and status are read from each of these shapes. An error field, an error object on a line of its own and an error event that is not JSON are errors too.',
    why: 'Servers send them so, and callers look at message and code.',
  },
  {
    id: 'status-in-stream',
    what: 'An error inside a stream is an APIError without status whatever its code; here a code of 400 to 599 is its status and decides its class.',
    why: 'Callers decide by class and status what to do about it.',
  },
  {
    id: 'answers-are-completions',
    what: 'create(), retrieve() and update() resolve to text for a page to log in on, to undefined or null for nothing, create() to the error object for an error behind a status of 200, and a list is empty for each of them; here these are errors, and a completion with a wrong content type is a completion. parse() and runTools() of an object without choices fail with "Cannot read properties"; here with an OpenAIError that says so.',
    why: 'What is typed as a completion must be one, and an answer that was lost must not pass for none.',
  },
  {
    id: 'pings-are-no-chunks',
    what: 'null, numbers, {} and events under other names are given out as chunks of a completion; here they are skipped.',
    why: 'They keep the connection open and mean nothing.',
  },
  {
    id: 'choices-are-a-list',
    what: 'A chunk whose choices are null or missing is given out as it is; here it has none.',
    why: 'Nobody looks before reading choices[0].',
  },
  {
    id: 'malformed-is-ours',
    what: 'An event or a body that is not JSON is a SyntaxError; here that error is also an OpenAIError, and that of a stream has partial.',
    why: 'One catch for what this package throws.',
  },
  {
    id: 'missing-blank-lines',
    what: 'Events without blank lines between them, and [DONE] with spaces around it, end the stream with a SyntaxError; here data that is not JSON as a whole is read line by line.',
    why: 'The content is there and unambiguous.',
  },
  {
    id: 'more-error-classes',
    what: 'There is no StreamTruncatedError; here it is exported beside the others.',
    why: 'Callers may want to ask again, or to keep what came.',
  },
  {
    id: 'reasoning-events',
    what: 'stream() tells nothing of reasoning; here reasoning.delta and reasoning.done do, whatever the server calls it, and thinking parts of content become reasoning_content.',
    why: 'It is most of what some models send.',
  },
  {
    id: 'usage-anywhere',
    what: 'Usage in x_groq or in a choice does not become the usage of the final completion; here it does.',
    why: 'The tokens were spent wherever the server tells of them.',
  },
  {
    id: 'repeated-arguments',
    what: 'Whole arguments that are sent once more at the end are appended; here they are not.',
    why: 'No JSON text goes on with itself.',
  },
];
