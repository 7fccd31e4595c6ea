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
    title: 'sends `x-request-id`',
    probe: 'plain',
    judge: ({ headers }) => unless(!headers['x-request-id'] && 'no id'),
    missing: 'log your own id for each request: `response._request_id` is undefined',
  },
  {
    id: 'headers.error-id',
    title: 'sends `x-request-id` with errors',
    probe: 'noMessages',
    judgesFailures: true,
    judge: ({ status, headers }) =>
      status === 0 ? undecided('no response') : unless(!headers['x-request-id'] && 'no id'),
    missing: 'log your own id for each request: `error.requestID` is undefined',
  },
  {
    id: 'headers.time',
    title: 'sends `openai-processing-ms`',
    probe: 'plain',
    judge: ({ headers }) => unless(!/^\d+/.test(headers['openai-processing-ms'] ?? '') && 'no time'),
    missing: 'measure the whole time of a request',
  },
  {
    id: 'headers.cache',
    title: 'sends headers that keep proxies from buffering a stream',
    probe: 'stream',
    judge: ({ headers }) =>
      unless(!/no-(?:cache|store)/.test(headers['cache-control'] ?? '') && 'no `cache-control: no-cache`'),
    missing: 'switch off buffering in your proxies',
  },
];
