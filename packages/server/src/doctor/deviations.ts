/**
 * The deviations that checks can find. Those that the sandbox can send have the name of the function that sends it, in
 * `sandbox/quirks`; docs/wires.md says where each was seen.
 */

export interface Deviation {
  /** What the server sends. */
  sends: string;
  /** What that means for a client. */
  means: string;
  /**
   * `breaks`: programs written against the API throw, hang or lose data. `differs`: they continue, with another result.
   * `harmless`: only a program that depends on the exact shape notices.
   */
  weight: 'breaks' | 'differs' | 'harmless';
}

const breaks = (sends: string, means: string): Deviation => ({ sends, means, weight: 'breaks' });
const differs = (sends: string, means: string): Deviation => ({ sends, means, weight: 'differs' });
const harmless = (sends: string, means: string): Deviation => ({ sends, means, weight: 'harmless' });

const bytes = {
  pings: differs(
    'comments or pings between events',
    'skip lines that begin with a colon, and events without data',
  ),
  noSpaceAfterData: breaks('`data:` without a space after it', 'do not cut off six characters'),
  doneWithoutBlankLine: breaks('no blank line after `[DONE]`', 'read the last event when the body ends'),
  doneTwice: harmless('`[DONE]` twice', 'stop at the first'),
  gluedFrames: breaks('an event that begins inside another', 'some chunks are lost'),
  blankLinesBeforeBody: differs(
    'blank lines before the JSON',
    'do not look at the first character of a body',
  ),
};

const chunks = {
  envelope: harmless('ids of another shape, or fields that the API does not have', 'ignore unknown fields'),
  generationId: harmless('ids that begin with `gen-`', 'treat ids as opaque'),
  without: breaks('responses without a field of the API', 'do not rely on it'),
  choicesWithoutIndex: breaks(
    'choices without `index`',
    'several choices cannot be told apart; take it for 0',
  ),
  onEveryChoice: harmless('choices with fields that the API does not have', 'ignore unknown fields'),
  onEveryDelta: differs('deltas with fields that have no value', 'ignore null and empty strings'),
  onFirstChunk: harmless('a first chunk with more fields', 'ignore unknown fields'),
  onFinish: harmless('a last chunk with more fields', 'ignore unknown fields'),
  chunkBefore: breaks('a first chunk without choices', 'check that `choices[0]` exists'),
  chunkAfterFinish: breaks('a choice without `delta`, after the end', 'check that `delta` exists'),
  roleOnEveryChunk: harmless('the role in every chunk', 'do not join roles'),
  roleNullLater: differs('`role: null` after the first chunk', 'keep the first role'),
  roleNeverSent: differs('no role at all', 'take it for `assistant`'),
  firstContentNull: harmless('`content: null` in the first chunk', 'take null for no text'),
  indexInDelta: harmless('`index` inside the delta', 'ignore unknown fields'),
  numbersInContent: breaks('text that is a number: `"content": 1`', 'convert it to a string before joining'),
  contentParts: breaks('content that is a list of parts', 'join their texts'),
  finishReasons: differs(
    'finish reasons of its own',
    'accept any string; look for tool calls whatever it is',
  ),
  finishReasonsInStreams: differs(
    '`stop` for tool calls, in streams only',
    'look for tool calls whatever the reason is',
  ),
  emptyFinishReason: differs('`finish_reason: ""` before the end', 'take an empty reason for none'),
  noFinishKeyBeforeEnd: harmless('no `finish_reason` key before the end', 'take undefined for null'),
  finishStaysNull: breaks('`[DONE]` without a finish reason', 'a whole response looks as if it was cut off'),
  finishUnderOtherName: breaks(
    'the finish reason under another name',
    'a whole response looks as if it was cut off',
  ),
  finishRepeated: differs('the finish reason several times', 'finish a choice once'),
  finishWithLastText: breaks(
    'the last text in the chunk with the finish reason',
    'read the text before you stop',
  ),
};

const reasoning = {
  reasoningIn: differs('reasoning in a field of its own', 'read it there, if you want it'),
  reasoningWithDetails: differs(
    'reasoning as text and as a list of details',
    'send the details back, and show it once',
  ),
  reasoningCumulative: breaks('all of the reasoning again in every chunk', 'replace it, do not append'),
  reasoningInContent: breaks(
    'reasoning between tags in the content',
    'remove it from the text, above all before you parse JSON',
  ),
};

const usage = {
  usageInFinish: differs(
    'usage in the chunk with the finish reason',
    'do not wait for a chunk without choices',
  ),
  usageLast: differs('usage in streams that do not ask for it', 'expect a last chunk without choices'),
  usageTwice: differs('usage twice in one chunk', 'count it once'),
  usageInChoice: breaks('usage inside the choice', 'it is not where the API has it'),
  usageWithCache: harmless('usage with the counts of its cache, in the last chunk', 'ignore unknown fields'),
  usageThatDoesNotAddUp: differs(
    'a total that is not the sum of its parts',
    'do not compute one count from the others',
  ),
};

const calls = {
  wholeCalls: harmless('each call in one chunk', 'do not expect arguments in pieces'),
  callsWithFinish: breaks('calls in the chunk with the finish reason', 'read the calls before you stop'),
  callsWithoutIndex: breaks('streamed calls without `index`', 'tell them apart by their ids'),
  callsAllAtIndexZero: breaks(
    'several calls, all with `index: 0`',
    'tell them apart by their ids, or they become one',
  ),
  callsFromIndexOne: breaks('calls that are counted from 1', 'skip the hole in the list'),
  indexLast: harmless('`index` after the other fields of a call', 'do not rely on the order of fields'),
  callsWithoutType: breaks('calls without `type`', 'take it for `function`'),
  objectArguments: breaks('arguments that are an object', 'do not parse them'),
  doubledArguments: breaks('arguments twice', 'they are not JSON until one half is removed'),
  emptyIdsLater: breaks('`id: ""` in later fragments of a call', 'keep the first id'),
  emptyNamesLater: breaks('`name: ""` in later fragments of a call', 'keep the first name'),
  callIds: harmless('call ids of another shape', 'treat ids as opaque'),
  thoughtSignature: breaks('a signature on the first call', 'send it back, or the next request fails'),
  callsInContent: breaks('calls as JSON text in the content', 'no call is made unless you read the text'),
  parallelWrapper: breaks('several calls as one of `multi_tool_use.parallel`', 'unpack it'),
};

const errors = {
  codeIsText: harmless('the status as text in `code`', 'do not compare codes with those of the API'),
  codeIsStatus: differs('the status as a number in `code`', 'compare `status`, not `code`'),
  codeAndMetadata: differs(
    'the status in `code`, and the error behind it in `metadata`',
    'look there for the cause',
  ),
  flat: breaks('errors without an `error` object', 'look for `message` at the root'),
  list: breaks('errors in a list', 'take the first'),
  resultAndErrors: breaks('errors in `errors`', 'look there for the message'),
  detailOrFault: breaks('errors in `detail` or `fault`', 'look there for the message'),
  objectOrText: breaks('errors that are a string', 'take `error` for the message'),
  messageTwice: differs('errors with a message only', 'there is no `type`, `param` or `code` to compare'),
  textWithJSON: breaks('errors that are a string with JSON inside', 'parse it'),
  labelledAsBytes: differs('errors with another content type than JSON', 'parse the body whatever its type'),
  withFailedGeneration: harmless('errors with what the model had written', 'it may help to find the cause'),
  failureAsData: breaks('a failed stream that ends with an error as data', 'look for `error` in every chunk'),
  failureAsDataThenDone: breaks(
    'a failed stream that ends with an error and `[DONE]`',
    'look for `error` in every chunk',
  ),
  failureAsErrorField: breaks(
    'a failed stream that ends with a line `error:`',
    'read it, or the failure is lost',
  ),
  failureAsEmptyChunk: breaks(
    'a failed stream that ends with an empty chunk',
    'take an end without a reason for a failure',
  ),
  failureAsErrorChunk: breaks(
    'a failed stream that ends with a chunk with `error`',
    'look for `error` in every chunk',
  ),
  failureAsFinishReason: breaks(
    'a failed stream that ends with a reason of its own',
    'know which reasons are failures',
  ),
};

/** Those that the sandbox does not send. */
const others = {
  bareList: differs('a list without an object around it', 'take the array for `data`'),
  errorInEvents: breaks('an error in place of a stream, behind a status of 200', 'look at the first event'),
  jsonForStream: breaks('JSON in place of a stream', 'look at the content type before you read events'),
  strangeType: differs('a content type that is not the one of the body', 'look at the body, not at its type'),
  oneChunk: differs('the whole text in one chunk', 'a stream shows nothing before the end'),
};

export const deviations = { ...bytes, ...chunks, ...reasoning, ...usage, ...calls, ...errors, ...others };

export type DeviationName = keyof typeof deviations;
