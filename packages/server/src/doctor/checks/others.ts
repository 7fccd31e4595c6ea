/** Checks of aborted requests, and of headers. */
import { pass, undecided, unless, type Check } from '../check.ts';
import { isGood } from '../exchange.ts';

export const otherChecks: Check[] = [
  {
    id: 'aborts.stream',
    title: 'keeps working when a client disconnects from a stream',
    probe: 'leaveStream',
    judgesFailures: true,
    judge: (after) => unless(!isGood(after) && 'the next request failed'),
    missing: 'read every stream to its end',
  },
  {
    id: 'aborts.early',
    title: 'keeps working when a client disconnects before the response',
    probe: 'leaveEarly',
    judgesFailures: true,
    judge(after, left) {
      if (!isGood(after)) return unless('the next request failed');
      return left?.failure === 'left' ? pass() : pass('the response was there first');
    },
    missing: 'wait for every response',
  },
  {
    id: 'headers.request-id',
    title: 'has `x-request-id`',
    probe: 'plain',
    judge: ({ headers }) => unless(!headers['x-request-id'] && 'no id'),
    missing: 'a request cannot be found in the log of the server: `response._request_id` is undefined',
  },
  {
    id: 'headers.error-id',
    title: 'has `x-request-id` with errors',
    probe: 'noMessages',
    judgesFailures: true,
    judge: ({ status, headers }) =>
      status === 0 ? undecided('no response') : unless(!headers['x-request-id'] && 'no id'),
    missing: '`error.requestID` is undefined',
  },
  {
    id: 'headers.time',
    title: 'has `openai-processing-ms`',
    probe: 'plain',
    judge: ({ headers }) => unless(!/^\d+/.test(headers['openai-processing-ms'] ?? '') && 'no time'),
    missing: 'server time and network time cannot be separated',
  },
  {
    id: 'headers.cache',
    title: 'sends headers that keep proxies from buffering a stream',
    probe: 'stream',
    judge: ({ headers }) =>
      unless(!/no-(?:cache|store)/.test(headers['cache-control'] ?? '') && 'no `cache-control: no-cache`'),
    missing: 'a proxy may delay the stream',
  },
];
