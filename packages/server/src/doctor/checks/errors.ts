/** Checks of errors: their status, the place of their fields, and how a stream fails. */
import {
  deviating,
  missing,
  pass,
  undecided,
  unless,
  type Check,
  type Found,
  type Verdict,
} from '../check.ts';
import type { DeviationName } from '../deviations.ts';
import { isGood, problemOf, type Exchange } from '../exchange.ts';
import { at, isObject, itemsOf, namesOf, parsed, shown, textOf } from '../look.ts';
import { isJSONType } from './create.ts';
import { choicesOf, finishOf } from './parts.ts';

export const errorChecks: Check[] = [
  {
    id: 'errors.body',
    title: 'sends errors with `message`, `type`, `param` and `code`',
    probe: 'wrongType',
    judgesFailures: true,
    judge: (response) => refused(response) ?? judgeShape(response),
    missing: 'show the raw body',
  },
  {
    id: 'errors.param',
    title: 'names the missing parameter',
    probe: 'noMessages',
    judgesFailures: true,
    judge: (response) => refused(response) ?? unless(!/\bmessages\b/.test(response.text) && 'no name'),
    missing: 'look for the parameter in the message',
  },
  {
    id: 'errors.type',
    title: 'rejects a value of the wrong type',
    probe: 'wrongType',
    judgesFailures: true,
    judge: (response) =>
      refused(response) ?? pass(response.status === 400 ? undefined : `${response.status}`),
    missing: 'validate requests yourself',
  },
  {
    id: 'errors.json',
    title: 'rejects a body that is not JSON',
    probe: 'notJSON',
    judgesFailures: true,
    judge: (response) =>
      refused(response) ?? pass(response.status === 400 ? undefined : `${response.status}`),
    missing: 'validate requests yourself',
  },
  {
    id: 'errors.unknown',
    title: 'rejects or ignores an unknown parameter',
    probe: 'unknownField',
    judgesFailures: true,
    judge: (response) => (isGood(response) ? pass('ignores it') : (refused(response) ?? pass('refuses it'))),
    missing: 'send only parameters that the server knows',
  },
  {
    id: 'errors.stream',
    title: 'rejects an invalid stream request with an error status',
    probe: 'wrongTypeStreamed',
    judgesFailures: true,
    judge(response) {
      const isError = response.chunks.values.some(isErrorBody) || isErrorBody(response.json);
      if (response.status < 300 && isError) return deviating([{ name: 'errorInEvents' }]);
      return refused(response) ?? pass();
    },
    missing: 'check the first event for an error',
  },
  {
    id: 'errors.model',
    title: 'responds with 404 to a model that does not exist',
    probe: 'wrongModel',
    judgesFailures: true,
    judge(response) {
      if (response.status < 300) return pass('serves every name');
      return refused(response) ?? pass(response.status === 404 ? undefined : `${response.status}`);
    },
    missing: 'check the model name in the response',
  },
  {
    id: 'errors.key',
    title: 'responds with 401 to a wrong key',
    probe: 'wrongKey',
    judgesFailures: true,
    judge(response) {
      if (response.status < 300) return pass('`GET /models` needs no key');
      return refused(response) ?? pass(response.status === 401 ? undefined : `${response.status}`);
    },
    missing: 'do not rely on the status 401',
  },
  {
    id: 'errors.path',
    title: 'responds with 404 and JSON to a path that does not exist',
    probe: 'wrongPath',
    judgesFailures: true,
    judge: ({ status, json }) =>
      unless((status !== 404 && `${status}`) || (json === undefined && 'the body is not JSON')),
    missing: 'check the base URL if other errors occur',
  },
  {
    id: 'errors.server',
    title: 'sends the same fields in 5xx errors',
    probe: 'failure',
    judgesFailures: true,
    judge: (response) =>
      response.status < 500 ? undecided('a server cannot be made to fail on request') : judgeShape(response),
    missing: 'show the raw body',
  },
  {
    id: 'errors.broken-stream',
    title: 'ends a failed stream with an `error` event',
    probe: ['failureStreamed', 'stream'],
    judgesFailures: true,
    judge: judgeBrokenStream,
    missing: 'treat an end without a finish reason as a failure',
  },
];

/** Why the response is not the refusal that it should be. */
function refused(response: Exchange): Verdict | undefined {
  const { status } = response;
  if (status === 0 || response.failure) return undecided(problemOf(response));
  if (status < 400) return missing('the request was accepted');
  return status >= 500 ? missing(`${status}, as if the server had failed`) : undefined;
}

function judgeShape(response: Exchange): Verdict {
  const shape = shapeOf(response);
  return shape === undefined ? missing(`another body: ${shown(response.text, 60)}`) : deviating(shape);
}

/** How the body deviates from that of the API; undefined when there is no message to be found. */
function shapeOf({ json, headers, status }: Exchange): Found[] | undefined {
  if (itemsOf(json).some((one) => isObject(at(one, 'error')))) return [{ name: 'list' }];
  if (!isObject(json)) return undefined;
  const { error } = json;
  if (isObject(error)) return shapeOfObject(error, json, headers, status);
  if (typeof error === 'string') return [{ name: error.includes('{') ? 'textWithJSON' : 'objectOrText' }];
  if (Array.isArray(json['errors'])) return [{ name: 'resultAndErrors' }];
  if ('detail' in json || 'fault' in json) return [{ name: 'detailOrFault' }];
  return textOf(json['message']) === '' ? undefined : [{ name: 'flat' }];
}

function shapeOfObject(
  error: Record<string, unknown>,
  json: Record<string, unknown>,
  headers: Record<string, string>,
  status: number,
): Found[] {
  const { code } = error;
  const hasOnlyMessage = ['type', 'param', 'code'].every((name) => !(name in error));
  const found: (Found | false)[] = [
    !isJSONType(headers['content-type']) && { name: 'labelledAsBytes' },
    'failed_generation' in error && { name: 'withFailedGeneration' },
    'metadata' in error && { name: 'codeAndMetadata' },
    typeof code === 'number' && !('metadata' in error) && { name: 'codeIsStatus' },
    code === String(status) && { name: 'codeIsText' },
    hasOnlyMessage && textOf(json['message']) !== '' && { name: 'messageOnly' },
  ];
  const named = found.filter((one) => one !== false);
  return hasOnlyMessage && named.length === 0 ? [{ name: 'messageOnly', detail: 'once' }] : named;
}

/** Whether the value is an error in one of the shapes that servers use. */
function isErrorBody(value: unknown): boolean {
  const one = Array.isArray(value) ? (value[0] as unknown) : value;
  if (!isObject(one) || choicesOf(one).length > 0) return false;
  const names = namesOf(one);
  return one['object'] === 'error' || names.some((name) => /^(?:error|errors|detail|fault)$/.test(name));
}

/**
 * The first stream was to fail in the middle, which only the sandbox does when it is asked to. One that ends as others do has
 * not failed.
 */
function judgeBrokenStream(broken: Exchange, other?: Exchange): Verdict {
  const failure = isGood(broken) ? failureOf(broken) : undefined;
  if (failure === undefined || failure === (other && failureOf(other))) {
    return undecided('a server cannot be made to fail on request');
  }
  return failure === 'event' ? pass() : deviating([{ name: failure }]);
}

/** How a stream says that it failed: with an event of its own, with a deviation, or not at all. */
function failureOf({ chunks }: Exchange): 'event' | DeviationName | undefined {
  const { frames, strangeFields, values, dones } = chunks;
  if (frames.some(({ event, data }) => event === 'error' && isErrorBody(parsed(data ?? '')))) return 'event';
  if (strangeFields.has('error')) return 'failureAsErrorField';
  if (values.some(isErrorBody)) return dones > 0 ? 'failureAsDataThenDone' : 'failureAsData';
  const last = values.at(-1);
  if (isObject(at(last, 'error'))) return 'failureAsErrorChunk';
  const [choice] = choicesOf(last);
  if (choice === undefined || dones > 0) return undefined;
  const reason = finishOf(choice);
  if (/error|insufficient/.test(reason)) return 'failureAsFinishReason';
  const isEmpty = textOf(at(choice, 'delta', 'content')) === '' && reason === '';
  return isEmpty ? 'failureAsEmptyChunk' : undefined;
}
