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
    'skip lines that start with a colon, and events without data',
  ),
  noSpaceAfterData: breaks('`data:` without a space after it', 'accept `data:` with and without a space'),
  doneWithoutBlankLine: breaks('no blank line after `[DONE]`', 'read the last event when the body ends'),
  doneTwice: harmless('`[DONE]` twice', 'stop at the first `[DONE]`'),
  gluedFrames: breaks(
    'a `data:` line that starts in the middle of another',
    'ignore events that are not JSON',
  ),
  blankLinesBeforeBody: differs('blank lines before the JSON', 'do not check the first character of a body'),
};

const chunks = {
  envelope: harmless('ids in another format, or fields that the API does not have', 'ignore unknown fields'),
  generationId: harmless('ids that start with `gen-`', 'treat ids as opaque'),
  without: breaks('responses without a field of the API', 'do not rely on that field'),
  choicesWithoutIndex: breaks('choices without `index`', 'use index 0, and do not request several choices'),
  onEveryChoice: harmless('choices with fields that the API does not have', 'ignore unknown fields'),
  onEveryDelta: differs('deltas with null or empty fields', 'ignore null and empty strings'),
  onFirstChunk: harmless('additional fields in the first chunk', 'ignore unknown fields'),
  onFinish: harmless('additional fields in the last chunk', 'ignore unknown fields'),
  chunkBefore: breaks('a first chunk without choices', 'check that `choices[0]` exists'),
  chunkAfterFinish: breaks('a choice without `delta`, after the end', 'check that `delta` exists'),
  roleOnEveryChunk: harmless('the role in every chunk', 'do not join roles'),
  roleNullLater: differs('`role: null` after the first chunk', 'keep the first role'),
  roleNeverSent: differs('no role in any chunk', 'assume `assistant`'),
  firstContentNull: harmless('`content: null` in the first chunk', 'treat null as no text'),
  indexInDelta: harmless('`index` inside the delta', 'ignore unknown fields'),
  numbersInContent: breaks('text that is a number: `"content": 1`', 'convert it to a string before joining'),
  contentParts: breaks('content that is a list of parts', 'join their texts'),
  finishReasons: differs(
    'non-standard finish reasons',
    'accept any string; check for tool calls with every finish reason',
  ),
  finishReasonsInStreams: differs(
    '`stop` for tool calls, in streams only',
    'check for tool calls with every finish reason',
  ),
  emptyFinishReason: differs('`finish_reason: ""` before the end', 'treat an empty reason as null'),
  noFinishKeyBeforeEnd: harmless('no `finish_reason` key before the end', 'treat undefined as null'),
  finishStaysNull: breaks(
    '`[DONE]` without a finish reason',
    'treat `[DONE]` as the end of a complete response',
  ),
  finishUnderOtherName: breaks(
    'the finish reason under another name',
    'read that field, or treat `[DONE]` as the end of a complete response',
  ),
  finishRepeated: differs('the finish reason several times', 'use the first finish reason'),
  finishWithLastText: breaks(
    'the last text in the chunk with the finish reason',
    'read the text before you end the loop',
  ),
};

const reasoning = {
  reasoningIn: differs('reasoning in its own field', 'read that field if you need reasoning'),
  reasoningWithDetails: differs(
    'reasoning as text and as a list of details',
    'send the details back, and show the text once',
  ),
  reasoningCumulative: breaks(
    'all of the reasoning so far in every chunk',
    'replace the text, do not append to it',
  ),
  reasoningInContent: breaks(
    'reasoning between tags in the content',
    'remove it from the text, especially before you parse JSON',
  ),
};

const usage = {
  usageInFinish: differs(
    'usage in the chunk with the finish reason',
    'do not wait for a separate chunk without choices',
  ),
  usageLast: differs('usage in streams that did not request it', 'expect a last chunk without choices'),
  usageTwice: differs('usage twice in one chunk', 'count it once'),
  usageInChoice: breaks('usage inside the choice', 'look for the usage there'),
  usageWithCache: harmless('usage with cache counts, in the last chunk', 'ignore unknown fields'),
  usageThatDoesNotAddUp: differs(
    'a total that is not the sum of its parts',
    'if the total is larger, the output is `total_tokens - prompt_tokens`',
  ),
};

const calls = {
  wholeCalls: harmless('each tool call in one chunk', 'do not expect arguments in several chunks'),
  callsWithFinish: breaks(
    'tool calls in the chunk with the finish reason',
    'read the tool calls before you end the loop',
  ),
  callsWithoutIndex: breaks('streamed tool calls without `index`', 'distinguish them by their ids'),
  callsAllAtIndexZero: breaks('several tool calls, all with `index: 0`', 'distinguish them by their ids'),
  callsFromIndexOne: breaks('tool call indexes that start at 1', 'do not use `index` as an array position'),
  indexLast: harmless('`index` after the other fields of a tool call', 'do not rely on the order of fields'),
  callsWithoutType: breaks('tool calls without `type`', 'treat them as `function`'),
  objectArguments: breaks('arguments that are an object', 'do not parse them'),
  doubledArguments: breaks('the arguments of a tool call twice', 'remove one half before you parse them'),
  emptyIdsLater: breaks('`id: ""` in later fragments of a tool call', 'keep the first id'),
  emptyNamesLater: breaks('`name: ""` in later fragments of a tool call', 'keep the first name'),
  callIds: harmless('tool call ids in another format', 'treat ids as opaque'),
  thoughtSignature: breaks('a signature in the first tool call', 'send it back, or the next request fails'),
  callsInContent: breaks('tool calls as JSON text in the content', 'parse the text to find them'),
  parallelWrapper: breaks(
    'several tool calls as one call of `multi_tool_use.parallel`',
    'extract the tool calls from its arguments',
  ),
};

const errors = {
  codeIsText: harmless('the status as text in `code`', 'do not compare codes with those of the API'),
  codeIsStatus: differs('the status as a number in `code`', 'compare `status`, not `code`'),
  codeAndMetadata: differs(
    'the status in `code`, and the error of the upstream provider in `metadata`',
    'look for the cause in `metadata`',
  ),
  flat: breaks('errors without an `error` object', 'look for `message` at the top level'),
  list: breaks('errors in a list', 'use the first error'),
  resultAndErrors: breaks('errors in `errors`', 'look for the message there'),
  detailOrFault: breaks('errors in `detail` or `fault`', 'look for the message there'),
  objectOrText: breaks('errors whose `error` is a string', 'use that string as the message'),
  messageOnly: differs(
    'errors with only a `message`, often both in `error` and at the top level',
    'do not rely on `type`, `param` or `code`',
  ),
  textWithJSON: breaks('errors whose `error` is a string that contains JSON', 'parse the string'),
  labelledAsBytes: differs(
    'errors with a content type other than JSON',
    'parse the body, whatever its content type',
  ),
  withFailedGeneration: harmless(
    'errors that contain the text generated by the model',
    'read that text to find the cause',
  ),
  failureAsData: breaks(
    'a failed stream that ends with an error as a `data:` line',
    'check every chunk for `error`',
  ),
  failureAsDataThenDone: breaks(
    'a failed stream that ends with an error and `[DONE]`',
    'check every chunk for `error`',
  ),
  failureAsErrorField: breaks('a failed stream that ends with a line `error:`', 'read that line'),
  failureAsEmptyChunk: breaks(
    'a failed stream that ends with an empty chunk',
    'treat an end without a finish reason as a failure',
  ),
  failureAsErrorChunk: breaks(
    'a failed stream that ends with a chunk with `error`',
    'check every chunk for `error`',
  ),
  failureAsFinishReason: breaks(
    'a failed stream that ends with a special finish reason',
    'check for finish reasons that mean a failure',
  ),
};

/** Those that the sandbox does not send. */
const others = {
  bareList: differs('a list as a bare array', 'use the array as `data`'),
  errorInEvents: breaks('an error instead of a stream, with status 200', 'check the first event'),
  jsonForStream: breaks('JSON instead of a stream', 'check the content type before you read events'),
  strangeType: differs('a content type that does not fit the body', 'check the body, not its content type'),
  oneChunk: differs('the whole text in one chunk', 'do not expect text before the end'),
};

export const deviations = { ...bytes, ...chunks, ...reasoning, ...usage, ...calls, ...errors, ...others };

export type DeviationName = keyof typeof deviations;
