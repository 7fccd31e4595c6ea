// Differences of `parse()` and of what a call resolves with. Shown by parsing.test.ts.
import type { KnownDifference } from '../known-differences.ts';

export const parsingDifferences: KnownDifference[] = [
  {
    id: 'unparsed-answers-are-kept',
    group: 'typed output',
    when: 'Content or strict arguments cannot be parsed',
    before:
      '`parse()` rejects with the `SyntaxError` or `ZodError`, `stream()` and `runTools()` with an `OpenAIError` whose `cause` it is. The completion is lost.',
    after:
      'The same errors. Each is also an `OpenAIError`, with the whole completion in `completion` and the failed text in `text`.',
    why: 'The tokens are paid for, and a retry needs the text.',
  },
  {
    id: 'async-validators',
    group: 'typed output',
    when: 'A validator is asynchronous',
    before: 'Refuses it. If the validator rejects as well, an unhandled rejection ends the process.',
    after: '`parse()`, final values, `done` events and tool arguments await it. A rejection fails the call.',
    why: 'Checks that ask a database are asynchronous.',
  },
  {
    id: 'parse-does-not-stream',
    group: 'typed output',
    when: '`parse()` is called with `stream: true`',
    before: 'Sends the request, then rejects with `Cannot read properties of undefined`.',
    after: 'Throws at once, and says to use `stream()`.',
    why: 'The request would be paid for and lost.',
  },
  {
    id: 'events-for-a-completion',
    group: 'calls',
    when: 'The server streams although no stream was requested',
    before: 'Resolves with the text of the events.',
    after: 'Resolves with the completion assembled from the events.',
    why: 'Some gateways always stream.',
  },
  {
    id: 'body-is-read-once',
    group: 'calls',
    when: 'A promise of a call is awaited, and `_thenUnwrap()` is called on it; or `_thenUnwrap()` twice',
    before: 'Rejects with `Body is unusable`.',
    after: 'All promises of one call share one body.',
    why: 'Tracing libraries do both.',
  },
  {
    id: 'patched-create',
    group: 'typed output',
    when: '`create()` was replaced by a function that returns a plain promise',
    before: '`parse()` throws `_thenUnwrap is not a function`.',
    after: '`parse()` works, and returns a plain promise.',
    why: 'That is how `create()` is usually wrapped.',
  },
  {
    id: 'repaired-replies',
    group: 'tools',
    when: 'A reply that is not streamed has no role, or a call whose `arguments` are `null`',
    before: 'Sends it back as it is, which the API refuses.',
    after: 'Completes it, as in a streamed run.',
    why: 'Other servers send such replies.',
  },
];
