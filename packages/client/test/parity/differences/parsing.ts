// Differences of `parse()` and of what a call resolves with. Shown by parsing.test.ts.
import type { KnownDifference } from '../known-differences.ts';

export const parsingDifferences: KnownDifference[] = [
  {
    id: 'unparsed-responses-are-kept',
    group: 'typed output',
    when: 'Content or strict arguments cannot be parsed',
    before:
      '`parse()` rejects with the `SyntaxError` or `ZodError`, `stream()` and `runTools()` with an `OpenAIError` that has it as `cause`. The completion is lost.',
    after:
      'Rejects with the same errors. Each is also an `OpenAIError`, with the whole completion in `completion` and the failed text in `text`.',
    why: 'You paid for the tokens, and a retry needs the text.',
  },
  {
    id: 'async-validators',
    group: 'typed output',
    when: 'A validator is asynchronous',
    before: 'Throws. If the validator also rejects, the unhandled rejection ends the process.',
    after:
      '`parse()`, final values, `done` events and tool arguments await it. If it rejects, the call rejects.',
    why: 'Checks that query a database are asynchronous.',
  },
  {
    id: 'parse-does-not-stream',
    group: 'typed output',
    when: '`parse()` is called with `stream: true`',
    before: 'Sends the request, then rejects with `Cannot read properties of undefined`.',
    after: 'Throws at once, with an error that says to use `stream()`.',
    why: 'Otherwise you pay for a response that is lost.',
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
    when: 'You await the promise of a call and call `_thenUnwrap()` on it, or call `_thenUnwrap()` twice',
    before: 'Rejects with `Body is unusable`.',
    after: 'All promises of one call share the parsed body.',
    why: 'Tracing libraries do both.',
  },
  {
    id: 'patched-create',
    group: 'typed output',
    when: '`create()` was replaced by a function that returns a plain promise',
    before: '`parse()` throws `_thenUnwrap is not a function`.',
    after: '`parse()` works, and returns a plain promise.',
    why: 'Code that wraps `create()` usually returns a plain promise.',
  },
  {
    id: 'repaired-replies',
    group: 'tools',
    when: 'A reply that is not streamed lacks a role, or has a call whose `arguments` are `null`',
    before: 'Adds it to the next request unchanged, which the API rejects.',
    after: 'Adds the missing values, as in a streamed run.',
    why: 'Other servers send such replies.',
  },
];
