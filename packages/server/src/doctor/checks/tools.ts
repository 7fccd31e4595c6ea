/** Tool calls: each mode of `tool_choice`, and what calls look like, whole and streamed. */
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
import type { Exchange } from '../exchange.ts';
import { at, isObject, namesOf, parsed, shown, textOf } from '../look.ts';
import {
  callsOfStream,
  callsOfWhole,
  choicesOf,
  finishOf,
  firstChoice,
  fragmentsOf,
  readCall,
  textOfStream,
  textOfWhole,
  valueOf,
  type Call,
} from './parts.ts';

const noCall = 'the model did not call a tool';

export const toolChecks: Check[] = [
  {
    id: 'tools.required',
    title: 'calls a tool with `tool_choice: "required"`',
    probe: 'call',
    judge: (response) =>
      judgeNames(callsOfWhole(response).map(readCall), ['get_weather'], textOfWhole(response)),
    missing: 'check whether there are tool calls',
  },
  {
    id: 'tools.auto',
    title: 'calls a tool with `tool_choice: "auto"`, when it helps',
    probe: 'callAuto',
    judge: (response) =>
      judgeNames(callsOfWhole(response).map(readCall), ['get_weather'], textOfWhole(response)),
    missing: 'check whether there are tool calls',
  },
  {
    id: 'tools.none',
    title: 'calls no tool with `tool_choice: "none"`',
    probe: 'callNone',
    judge: (response) => unless(callsOfWhole(response).length > 0 && 'a tool was called'),
    missing: 'do not send `tools`',
  },
  {
    id: 'tools.named',
    title: 'calls the function that `tool_choice` names',
    probe: 'callNamed',
    judge: (response) =>
      judgeNames(callsOfWhole(response).map(readCall), ['get_time'], textOfWhole(response)),
    missing: 'send only that tool, with `required`',
  },
  {
    id: 'tools.parallel',
    title: 'calls several tools at once',
    probe: 'calls',
    judge: (response) =>
      judgeNames(callsOfWhole(response).map(readCall), ['get_weather', 'get_time'], textOfWhole(response)),
    missing: 'expect one tool call at a time',
  },
  {
    id: 'tools.single',
    title: 'calls one tool at a time with `parallel_tool_calls: false`',
    probe: 'callSingle',
    judge(response) {
      const count = callsOfWhole(response).length;
      if (count === 0) return undecided(noCall);
      return unless(count > 1 && `${count} calls`);
    },
    missing: 'expect several tool calls at once',
  },
  {
    id: 'tools.result',
    title: 'replies with text after a tool result',
    probe: 'callResult',
    judge(response) {
      if (textOfWhole(response) !== '') return pass();
      return callsOfWhole(response).length > 0
        ? undecided('the model called a tool again')
        : missing('no text');
    },
    missing: 'limit the number of turns of a tool loop',
  },
  {
    id: 'tools.strict',
    title: 'accepts functions with `strict: true`',
    probe: 'callStrict',
    judge(response) {
      const [call] = callsOfWhole(response).map(readCall);
      if (!call) return undecided(noCall);
      return unless(typeof at(valueOf(call.arguments), 'city') !== 'string' && 'arguments that do not fit');
    },
    missing: 'do not send `strict`, and validate the arguments',
  },
  {
    id: 'tools.call',
    title: 'sends tool calls with `id`, `type`, and arguments that are JSON text',
    probe: 'call',
    judge(response) {
      const calls = callsOfWhole(response).map(readCall);
      return calls.length === 0 ? undecided(noCall) : deviating(calls.slice(0, 1).flatMap(strangeCall));
    },
    missing: 'check these fields before you use them',
  },
  {
    id: 'tools.signature',
    title: 'accepts tool calls that are sent back without additional fields',
    probe: ['call', 'callStreamed'],
    judge(whole, streamed) {
      const calls = [...callsOfWhole(whole), ...fragmentsOf(streamed!).map(({ fragment }) => fragment)];
      if (calls.length === 0) return undecided(noCall);
      const places = [['extra_content', 'google'], ['function'], []];
      const isSigned = (call: unknown): boolean =>
        places.some((place) => at(call, ...place, 'thought_signature') !== undefined);
      return deviating([calls.some(isSigned) && { name: 'thoughtSignature' }]);
    },
    missing: 'send tool calls back with all their fields',
  },
  {
    id: 'tools.finish',
    title: 'sends the finish reason `tool_calls` with tool calls',
    probe: ['callAuto', 'callsStreamed'],
    judge: judgeFinish,
    missing: 'check for tool calls with every finish reason',
  },
  {
    id: 'tools.stream',
    title: 'streams tool calls',
    probe: 'callStreamed',
    judge: (response) => judgeNames(callsOfStream(response), ['get_weather'], textOfStream(response)),
    missing: 'do not combine tools with `stream`',
  },
  {
    id: 'tools.stream-call',
    title: 'streams tool calls with `id`, `type`, and arguments that join to JSON text',
    probe: 'callStreamed',
    judge(response) {
      const calls = callsOfStream(response);
      return calls.length === 0 ? undecided(noCall) : deviating(calls.slice(0, 1).flatMap(strangeCall));
    },
    missing: 'check these fields before you use them',
  },
  {
    id: 'tools.stream-pieces',
    title: 'streams arguments in several chunks, before the finish reason',
    probe: 'callStreamed',
    judge(response) {
      const fragments = fragmentsOf(response);
      if (fragments.length === 0) return undecided(noCall);
      return deviating([
        fragments.length === callsOfStream(response).length && { name: 'wholeCalls' },
        fragments.some(({ piece }) => finishOf(piece.choice) !== '') && { name: 'callsWithFinish' },
      ]);
    },
    missing: 'wait for the end of the stream',
  },
  {
    id: 'tools.stream-later',
    title: 'sends the id and the name of a tool call once',
    probe: 'callStreamed',
    judge(response) {
      const fragments = fragmentsOf(response).map(({ fragment }) => fragment);
      if (fragments.length === 0) return undecided(noCall);
      return deviating([
        fragments.some((one) => at(one, 'id') === '') && { name: 'emptyIdsLater' },
        fragments.some((one) => at(one, 'function', 'name') === '') && { name: 'emptyNamesLater' },
      ]);
    },
    missing: 'keep the first id and name',
  },
  {
    id: 'tools.stream-index',
    title: 'numbers streamed tool calls with `index`, from 0',
    probe: 'callsStreamed',
    judge: judgeIndexes,
    missing: 'distinguish tool calls by their ids',
  },
];

/** Whether the calls are those that the request demands. A model that calls nothing proves nothing. */
function judgeNames(calls: readonly Call[], wanted: readonly string[], text: string): Verdict {
  if (calls.some(({ name }) => name === 'multi_tool_use.parallel'))
    return deviating([{ name: 'parallelWrapper' }]);
  if (calls.length === 0) {
    return isCallInText(text) ? deviating([{ name: 'callsInContent' }]) : undecided(noCall);
  }
  const names = calls.map(({ name }) => name);
  const absent = wanted.filter((name) => !names.includes(name));
  return absent.length === 0 ? pass() : undecided(`the model called ${shown(names.join(', '), 80)}`);
}

function isCallInText(text: string): boolean {
  const value = parsed(text);
  const call = Array.isArray(value) ? (value[0] as unknown) : value;
  return isObject(call) && typeof call['name'] === 'string' && ('arguments' in call || 'parameters' in call);
}

function strangeCall({ id, type, arguments: given }: Call): Found[] {
  const found: Found[] = [];
  if (type === undefined) found.push({ name: 'callsWithoutType' });
  const shape = idShape(id);
  if (shape !== undefined) found.push({ name: 'callIds', detail: shape });
  if (isObject(given)) found.push({ name: 'objectArguments' });
  else if (isDoubled(textOf(given))) found.push({ name: 'doubledArguments' });
  return found;
}

/** `call_ and 8 characters`; undefined for ids as those of the API. */
function idShape(id: string): string | undefined {
  if (/^call_[A-Za-z0-9]{20,28}$/.test(id)) return undefined;
  if (id === '') return 'none';
  const [, prefix = '', rest = ''] = /^(.*?)([A-Za-z0-9]*)$/s.exec(id.slice(0, 200)) ?? [];
  return shown(`${prefix}${prefix && ' and '}${rest.length} characters`, 80);
}

function isDoubled(text: string): boolean {
  const half = text.slice(0, text.length / 2);
  return half !== '' && half + half === text && parsed(text) === undefined && parsed(half) !== undefined;
}

function judgeFinish(whole: Exchange, streamed?: Exchange): Verdict {
  if (callsOfWhole(whole).length === 0) return undecided(noCall);
  const [choice] = choicesOf(whole.json);
  if (finishOf(choice) === 'stop') return deviating([{ name: 'finishReasons', detail: 'stop for calls' }]);
  if (finishOf(choice) === '') return missing('no finish reason');
  if (!streamed || fragmentsOf(streamed).length === 0) return pass();
  const reasons = firstChoice(streamed).map((piece) => finishOf(piece.choice));
  return deviating([
    reasons.includes('stop') && { name: 'finishReasonsInStreams', detail: 'stop for calls' },
  ]);
}

function judgeIndexes(response: Exchange): Verdict {
  const fragments = fragmentsOf(response).map(({ fragment }) => fragment);
  if (fragments.length === 0) return undecided(noCall);
  const indexes = fragments.map((one) => at(one, 'index'));
  const ids = new Set(fragments.map((one) => textOf(at(one, 'id'))).filter(Boolean));
  if (indexes.includes(undefined)) return deviating([{ name: 'callsWithoutIndex' }, lastIndex(fragments)]);
  if (!indexes.includes(0)) return deviating([{ name: 'callsFromIndexOne' }, lastIndex(fragments)]);
  const isOne = new Set(indexes).size === 1;
  if (ids.size > 1 && isOne) return deviating([{ name: 'callsAllAtIndexZero' }, lastIndex(fragments)]);
  return deviating([lastIndex(fragments)], ids.size < 2 ? 'seen with one call only' : undefined);
}

function lastIndex(fragments: readonly unknown[]): Found | undefined {
  const isLast = fragments.some((one) => {
    const names = namesOf(one);
    return names.length > 1 && names.at(-1) === 'index';
  });
  return isLast ? { name: 'indexLast' } : undefined;
}
