/** Stored completions: keep, find, list, change, delete; and the cursors of lists. */
import { missing, pass, unless, type Check, type Verdict } from '../check.ts';
import { isGood, problemOf, type Exchange } from '../exchange.ts';
import { at, itemsOf, textOf } from '../look.ts';
import { storedSteps } from '../stored-probe.ts';

type Step = (typeof storedSteps)[number];

const instead = 'store completions yourself, or with `colloquy-server --upstream`';

export const storedChecks: Check[] = [
  check('retrieve', 'stores a completion with `store: true`, and returns it', ({ json }, id) =>
    at(json, 'id') === id ? false : 'another completion',
  ),
  check('list', 'filters completions by metadata, and respects `limit`', ({ json }, id) => {
    const data = itemsOf(at(json, 'data'));
    if (data.length !== 1) return `${data.length} completions instead of 1`;
    if (at(json, 'has_more') !== true) return '`has_more` is not true although there is another';
    return at(data, 0, 'id') !== id && 'not the oldest first';
  }),
  {
    ...check('list', 'sends `first_id` and `last_id` with a page', ({ json }) => {
      const id = at(json, 'data', 0, 'id');
      return (at(json, 'first_id') !== id || at(json, 'last_id') !== id) && 'others, or none';
    }),
    id: 'stored.page',
  },
  check('nextPage', 'continues with `after` where a page ended', ({ json }, id) => {
    const data = itemsOf(at(json, 'data'));
    if (data.length !== 1 || at(data, 0, 'id') === id) return 'not the next completion';
    return at(json, 'has_more') !== false && '`has_more` is not false at the end';
  }),
  check('descending', 'lists the newest first with `order: desc`', ({ json }, id) => {
    const ids = itemsOf(at(json, 'data')).map((one) => at(one, 'id'));
    return (ids.length !== 2 || ids[1] !== id) && 'another order';
  }),
  check(
    'update',
    'replaces metadata',
    ({ json }) => at(json, 'metadata', 'changed') !== 'yes' && 'the old metadata',
  ),
  check('messages', 'lists the messages of a request', ({ json }) => {
    const content = textOf(at(json, 'data', 0, 'content'));
    return !content.includes('hello') && 'not the message that was sent';
  }),
  {
    ...check('badCursor', 'refuses an unknown cursor in `after`', () => false),
    judge: (...responses) => {
      const response = stepOf(responses, 'badCursor');
      if (!response || !isGood(stepOf(responses, 'list')!)) return missing();
      return unless(response.status < 400 && 'the cursor was accepted');
    },
    missing: 'check cursors yourself: an unknown cursor looks like the end of the list',
  },
  check(
    'remove',
    'deletes a completion',
    ({ json }) => at(json, 'deleted') !== true && '`deleted` is not true',
  ),
  {
    ...check('gone', 'returns a 404 for a deleted completion', () => false),
    judge: (...responses) => {
      const response = stepOf(responses, 'gone');
      if (!response || !isGood(stepOf(responses, 'retrieve')!)) return missing();
      return response.status === 404 ? pass() : missing(`${response.status}`);
    },
  },
];

function check(
  step: Step,
  title: string,
  problem: (response: Exchange, id: unknown) => string | false,
): Check {
  return {
    id: `stored.${step === 'nextPage' ? 'after' : step.toLowerCase()}`,
    title,
    probe: 'stored',
    judge: (...responses) => judgeStep(responses, step, problem),
    missing: instead,
  };
}

function judgeStep(
  responses: readonly Exchange[],
  step: Step,
  problem: (response: Exchange, id: unknown) => string | false,
): Verdict {
  const response = stepOf(responses, step);
  if (!response) return missing('the completion has no id');
  if (!isGood(response)) return missing(problemOf(response));
  return unless(problem(response, at(responses[0]?.json, 'id')));
}

function stepOf(responses: readonly Exchange[], step: Step): Exchange | undefined {
  return responses[storedSteps.indexOf(step)];
}
