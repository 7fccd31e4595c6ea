/** Stored completions: keep, find, list, change, delete; and the cursors of lists. */
import { missing, pass, unless, type Check, type Verdict } from '../check.ts';
import { isGood, problemOf, type Exchange } from '../exchange.ts';
import { at, itemsOf, textOf } from '../look.ts';
import { storedSteps } from '../stored-probe.ts';

type Step = (typeof storedSteps)[number];

const instead = 'keep completions yourself, or put `colloquy-server --upstream` in front of it';

export const storedChecks: Check[] = [
  check('retrieve', 'keeps a completion with `store: true`, and finds it', ({ json }, id) =>
    at(json, 'id') === id ? false : 'another completion',
  ),
  check('list', 'lists those with some metadata, at most `limit`', ({ json }, id) => {
    const data = itemsOf(at(json, 'data'));
    if (data.length !== 1) return `${data.length} completions instead of 1`;
    if (at(json, 'has_more') !== true) return '`has_more` is not true although there is another';
    return at(data, 0, 'id') !== id && 'not the oldest first';
  }),
  {
    ...check('list', 'has `first_id` and `last_id` in a page', ({ json }) => {
      const id = at(json, 'data', 0, 'id');
      return (at(json, 'first_id') !== id || at(json, 'last_id') !== id) && 'others, or none';
    }),
    id: 'stored.page',
  },
  check('nextPage', '`after` continues where a page ended', ({ json }, id) => {
    const data = itemsOf(at(json, 'data'));
    if (data.length !== 1 || at(data, 0, 'id') === id) return 'not the next completion';
    return at(json, 'has_more') !== false && '`has_more` is not false at the end';
  }),
  check('descending', '`order: desc` lists the newest first', ({ json }, id) => {
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
    ...check('badCursor', 'refuses a cursor that does not exist', () => false),
    judge: (...responses) => {
      const response = stepOf(responses, 'badCursor');
      if (!response || !isGood(stepOf(responses, 'list')!)) return missing();
      return unless(response.status < 400 && 'the cursor was accepted');
    },
    missing: 'an invalid cursor looks like the end of a list',
  },
  check(
    'remove',
    'deletes a completion',
    ({ json }) => at(json, 'deleted') !== true && '`deleted` is not true',
  ),
  {
    ...check('gone', 'does not find a completion that was deleted', () => false),
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
