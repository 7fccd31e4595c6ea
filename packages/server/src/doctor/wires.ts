/** Finds the wire formats of the sandbox that are most similar to the deviations of a server. */
import type { Found } from './check.ts';

export interface Likeness {
  /** A name in `sandbox/quirks.ts`. */
  quirk: string;
  /** From 0 to 1: the deviations in common, of all that one of the two has. */
  share: number;
}

const mistral = [
  'callIds: 9 characters',
  'callsWithFinish',
  'callsWithoutIndex',
  'callsWithoutType',
  'flat',
  'usageInFinish',
  'wholeCalls',
];
const ollama = [
  'callIds: call_ and 8 characters',
  'envelope: id',
  'failureAsEmptyChunk',
  'roleOnEveryChunk',
  'wholeCalls',
];
const llamaCpp = [
  'codeIsStatus',
  'doneWithoutBlankLine',
  'firstContentNull',
  'onFinish: timings',
  'onFirstChunk: prompt_progress',
];
const cloudflare = [
  'choicesWithoutIndex',
  'doneTwice',
  'envelope: id',
  'finishRepeated: 4 times',
  'numbersInContent',
  'resultAndErrors',
];
const gemini = ['callsWithoutIndex', 'failureAsData', 'list', 'thoughtSignature', 'wholeCalls'];

/** What the checks find on each wire of the sandbox: names of deviations, with their detail after a colon. */
export const signatures: Record<string, readonly string[]> = {
  'openai-parallel': ['callsWithFinish', 'parallelWrapper', 'wholeCalls'],
  azure: ['chunkAfterFinish', 'chunkBefore: prompt_filter_results', 'codeIsText'],
  'azure-old': ['chunkBefore: prompt_annotations', 'codeIsText'],
  'azure-deepseek': [
    'codeIsText',
    'onEveryChoice: matched_stop',
    'onEveryDelta: reasoning_content, tool_calls',
    'reasoningIn: reasoning_content',
    'roleNullLater',
  ],
  ollama: [...ollama, 'callsAllAtIndexZero', 'reasoningIn: reasoning'],
  'ollama-old': [...ollama, 'callsWithoutIndex', 'emptyFinishReason'],
  vllm: [
    'callIds: chatcmpl-tool- and 32 characters',
    'callsWithFinish',
    'failureAsDataThenDone',
    'finishWithLastText',
    'flat',
    'onEveryChoice: stop_reason',
  ],
  'vllm-unfinished': ['finishStaysNull', 'flat'],
  'vllm-doubled': ['doubledArguments', 'flat', 'wholeCalls'],
  'llama-cpp': [...llamaCpp, 'failureAsData', 'pings: : keepalive'],
  'llama-cpp-old': [...llamaCpp, 'failureAsErrorField', 'pings: :'],
  'lm-studio': ['failureAsData', 'messageOnly'],
  'lm-studio-engine': ['failureAsData', 'textWithJSON'],
  openrouter: [
    'codeAndMetadata',
    'envelope: provider',
    'failureAsErrorChunk',
    'generationId',
    'onEveryChoice: native_finish_reason',
    'pings: : OPENROUTER PROCESSING',
    'reasoningWithDetails',
    'roleOnEveryChunk',
  ],
  groq: [
    'callIds: 9 characters',
    'indexLast',
    'reasoningIn: reasoning',
    'usageTwice',
    'wholeCalls',
    'withFailedGeneration',
  ],
  together: [
    'envelope: request_id',
    'failureAsData',
    'finishReasons: eos',
    'objectOrText',
    'reasoningIn: reasoning',
  ],
  fireworks: ['detailOrFault', 'failureAsData', 'roleNullLater'],
  deepseek: [
    'blankLinesBeforeBody',
    'failureAsFinishReason',
    'firstContentNull',
    'labelledAsBytes',
    'onEveryDelta: reasoning_content',
    'pings: : keep-alive',
    'reasoningIn: reasoning_content',
    'usageWithCache',
  ],
  mistral,
  magistral: [...mistral, 'contentParts'],
  'mistral-glm': ['emptyNamesLater', 'flat', 'indexInDelta', 'roleNeverSent'],
  gemini: [...gemini, 'finishReasonsInStreams: stop for calls'],
  'gemini-early': [...gemini, 'finishUnderOtherName: finishReason'],
  anthropic: ['callIds: toolu_ and 24 characters', 'callsFromIndexOne'],
  xai: [
    'indexLast',
    'noFinishKeyBeforeEnd',
    'reasoningIn: reasoning_content',
    'roleOnEveryChunk',
    'usageLast',
    'usageThatDoesNotAddUp',
    'wholeCalls',
  ],
  cloudflare: [
    ...cloudflare,
    'callIds: functions.get_weather:0::cf-wai-tool-call:: and 20 characters',
    'finishReasons: stop for calls',
  ],
  'cloudflare-text-calls': [...cloudflare, 'callsInContent'],
  bedrock: ['noFinishKeyBeforeEnd', 'reasoningInContent', 'without: created'],
  longcat: ['noSpaceAfterData'],
  deepinfra: ['pings: : ping'],
  huggingface: ['pings: event: ping'],
  glm: ['gluedFrames'],
  minimax: ['objectArguments', 'reasoningCumulative', 'reasoningIn: reasoning_content', 'wholeCalls'],
  moonshot: ['reasoningIn: reasoning_content', 'usageInChoice', 'without: object'],
  alibaba: ['emptyIdsLater'],
  cerebras: ['noFinishKeyBeforeEnd', 'onFinish: time_info'],
};

/** What was found, in the words of `signatures`. */
export const signatureOf = (found: readonly Found[]): string[] =>
  [
    ...new Set(found.map(({ name, detail }) => (detail === undefined ? name : `${name}: ${detail}`))),
  ].toSorted();

/** Only the sandbox fails when it is asked to, so of a real server these are never found. */
const isOfFailure = (one: string): boolean => one.startsWith('failureAs');

/** The wires that share at least half of the deviations, the most similar first. */
export function likeness(found: readonly Found[]): Likeness[] {
  const own = new Set(signatureOf(found));
  const hasFailed = [...own].some(isOfFailure);
  return Object.entries(signatures)
    .map(([quirk, all]) => {
      const signature = hasFailed ? all : all.filter((one) => !isOfFailure(one));
      const common = signature.filter((one) => own.has(one)).length;
      return { quirk, share: common / (own.size + signature.length - common) };
    })
    .filter(({ share }) => share >= 0.5)
    .toSorted((a, b) => b.share - a.share);
}
