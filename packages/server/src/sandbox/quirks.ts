/**
 * The wire formats of other servers, exact to the byte where that matters. Each server is one row, and each deviation is
 * one function in `quirks/`.
 */
import * as calls from './quirks/calls.ts';
import * as chunks from './quirks/chunks.ts';
import * as errors from './quirks/errors.ts';
import * as reasoning from './quirks/reasoning.ts';
import * as text from './quirks/text.ts';
import * as usage from './quirks/usage.ts';
import { ofBytes, openWire, type Deviation, type Wire } from './quirks/wire.ts';

export type { Wire, WireAnswer } from './quirks/wire.ts';

export interface Quirk {
  /** Whose wire it is. */
  server: string;
  /** In this order; what stands later sees what those before it made. */
  deviations: readonly Deviation[];
  /** The row says where usage is sent, always. Otherwise it is sent as by the API, on request. */
  ownUsage?: true;
  /** The body of an error. As the API has it where nothing is said. */
  error?: errors.ErrorShape;
}

const { envelope, finishReasons, numberOf, onEveryChoice, onEveryDelta, without } = chunks;

/** Text of `length` letters and digits, the same for the same id. */
const token = (id: string, length: number): string =>
  id
    .replace(/[^a-z0-9]/gi, '')
    .slice(-length)
    .padStart(length, '0');
const hex = (id: string): string =>
  [1, 2, 3, 4]
    .map((part) =>
      numberOf(`${id}${part}`, 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');

const safe = { filtered: false, severity: 'safe' };
const filterResults = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const promptFilter = [{ prompt_index: 0, content_filter_results: filterResults }];
const promptFilterChunk = (key: string): Deviation =>
  chunks.chunkBefore(() => ({ choices: [], created: 0, id: '', model: '', object: '', [key]: promptFilter }));
const asyncFilterChunk = chunks.chunkAfterFinish((finish) => ({
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: finish.choices.map(({ index }) => ({
    index: index ?? 0,
    finish_reason: null,
    content_filter_results: {},
    content_filter_offsets: { check_offset: 4522, start_offset: 4522, end_offset: 4686 },
  })),
}));
const promptFilterInWhole: Deviation = () => ({
  whole: (completion) => ({
    ...completion,
    prompt_filter_results: promptFilter,
    choices: completion.choices.map((choice) => ({ ...choice, content_filter_results: filterResults })),
  }),
});

const ollama = [
  envelope(({ id }) => ({ id: `chatcmpl-${numberOf(id, 1000)}`, system_fingerprint: 'fp_ollama' })),
  calls.callIds((id) => `call_${token(id, 8).toLowerCase()}`),
  calls.wholeCalls,
  errors.failureAsEmptyChunk,
];
const llamaCpp = [
  chunks.firstContentNull,
  chunks.onFirstChunk({ prompt_progress: { total: 237, cache: 0, processed: 128, time_ms: 181 } }),
  chunks.onFinish({ timings: { prompt_n: 109, prompt_ms: 72.5, predicted_n: 12, predicted_ms: 240.8 } }),
  text.doneWithoutBlankLine,
];
const mistral = [
  calls.callIds((id) => token(id, 9)),
  calls.wholeCalls,
  calls.callsWithFinish,
  calls.callsWithoutIndex,
  calls.callsWithoutType,
  usage.usageInFinish,
];
const cloudflare = [
  envelope(({ id }) => ({ id: `id-${1_733_737_000_000 + numberOf(id, 1_000_000)}` })),
  calls.callIds((id, name) => `functions.${name}:0::cf-wai-tool-call::${token(id, 20)}`),
  chunks.numbersInContent,
  chunks.choicesWithoutIndex,
  chunks.finishRepeated(4),
  text.doneTwice,
];
const gemini = [calls.wholeCalls, calls.thoughtSignature, calls.callsWithoutIndex, errors.failureAsData];

/** Every wire, by its name. */
export const quirks: Record<string, Quirk> = {
  'openai-parallel': {
    server: 'OpenAI, when a model calls several tools through `multi_tool_use.parallel`',
    deviations: [calls.wholeCalls, calls.callsWithFinish, calls.parallelWrapper],
  },
  azure: {
    server: 'Azure OpenAI with its asynchronous filter',
    deviations: [promptFilterChunk('prompt_filter_results'), asyncFilterChunk, promptFilterInWhole],
    error: errors.codeIsText,
  },
  'azure-old': {
    server: 'Azure OpenAI of 2023',
    deviations: [promptFilterChunk('prompt_annotations')],
    error: errors.codeIsText,
  },
  'azure-deepseek': {
    server: 'DeepSeek behind Azure',
    deviations: [
      reasoning.reasoningIn('reasoning_content'),
      onEveryDelta((delta) => ({
        role: null,
        content: null,
        reasoning_content: null,
        tool_calls: null,
        ...delta,
      })),
      onEveryChoice(() => ({ matched_stop: null })),
    ],
    error: errors.codeIsText,
  },
  ollama: {
    server: 'Ollama',
    deviations: [
      ...ollama,
      calls.callsAllAtIndexZero,
      reasoning.reasoningIn('reasoning'),
      chunks.roleOnEveryChunk,
    ],
  },
  'ollama-old': {
    server: 'Ollama until 0.4.6',
    deviations: [...ollama, calls.callsWithoutIndex, chunks.emptyFinishReason, chunks.roleOnEveryChunk],
  },
  vllm: {
    server: 'vLLM',
    deviations: [
      calls.callIds((id) => `chatcmpl-tool-${hex(id)}`),
      chunks.finishWithLastText,
      onEveryChoice(() => ({ stop_reason: null })),
      errors.failureAsDataThenDone,
    ],
    error: errors.flat,
  },
  'vllm-unfinished': {
    server: 'vLLM and its relatives, when the reason never comes',
    deviations: [chunks.finishStaysNull],
    error: errors.flat,
  },
  'vllm-doubled': {
    server: 'vLLM, when a parser says the arguments of a call twice',
    deviations: [calls.wholeCalls, calls.doubledArguments],
    error: errors.flat,
  },
  'llama-cpp': {
    server: 'llama.cpp',
    deviations: [...llamaCpp, text.pings(() => ': keepalive\n\n'), errors.failureAsData],
    error: errors.codeIsStatus,
  },
  'llama-cpp-old': {
    server: 'llama.cpp until late 2025',
    deviations: [...llamaCpp, text.pings(() => ':\n\n'), errors.failureAsErrorField],
    error: errors.codeIsStatus,
  },
  'lm-studio': {
    server: 'LM Studio',
    deviations: [errors.failureAsData],
    error: errors.messageOnly,
  },
  'lm-studio-engine': {
    server: 'LM Studio, when its engine fails',
    deviations: [errors.failureAsData],
    error: errors.textWithJSON,
  },
  openrouter: {
    server: 'OpenRouter',
    deviations: [
      chunks.generationId,
      envelope(() => ({ provider: 'Sandbox' })),
      chunks.roleOnEveryChunk,
      reasoning.reasoningWithDetails,
      onEveryChoice(({ finish_reason: reason }) => ({ native_finish_reason: reason ?? null })),
      text.pings(() => ': OPENROUTER PROCESSING\n\n'),
      errors.failureAsErrorChunk,
    ],
    error: errors.codeAndMetadata,
  },
  groq: {
    server: 'Groq',
    deviations: [
      calls.callIds((id) => token(id, 9).toLowerCase()),
      calls.wholeCalls,
      calls.indexLast,
      reasoning.reasoningIn('reasoning'),
      usage.usageTwice,
    ],
    ownUsage: true,
    error: errors.withFailedGeneration,
  },
  together: {
    server: 'Together',
    deviations: [
      finishReasons({ stop: 'eos' }),
      reasoning.reasoningIn('reasoning'),
      envelope(({ id }) => ({ request_id: `req-${token(id ?? '', 12)}` })),
      errors.failureAsData,
    ],
    error: errors.objectOrText,
  },
  fireworks: {
    server: 'Fireworks',
    deviations: [chunks.roleNullLater, errors.failureAsData],
    error: errors.detailOrFault,
  },
  deepseek: {
    server: 'DeepSeek',
    deviations: [
      chunks.firstContentNull,
      onEveryDelta((delta) => (delta.role ? { ...delta, reasoning_content: '' } : delta)),
      reasoning.reasoningIn('reasoning_content'),
      usage.usageWithCache,
      text.pings(() => ': keep-alive\n\n'),
      text.blankLinesBeforeBody,
      errors.failureAsFinishReason,
    ],
    ownUsage: true,
    error: errors.labelledAsBytes,
  },
  mistral: { server: 'Mistral', deviations: mistral, ownUsage: true, error: errors.flat },
  magistral: {
    server: 'Mistral, with a model that thinks',
    deviations: [...mistral, chunks.contentParts],
    ownUsage: true,
    error: errors.flat,
  },
  'mistral-glm': {
    server: 'GLM hosted at Mistral',
    deviations: [chunks.indexInDelta, calls.emptyNamesLater, chunks.roleNeverSent],
    error: errors.flat,
  },
  gemini: {
    server: 'Gemini',
    deviations: [...gemini, chunks.finishReasonsInStreams({ tool_calls: 'stop' })],
    error: errors.list,
  },
  'gemini-early': {
    server: 'Gemini in its first months',
    deviations: [...gemini, chunks.finishUnderOtherName],
    error: errors.list,
  },
  anthropic: {
    server: 'Claude',
    deviations: [calls.callIds((id) => `toolu_${token(id, 24)}`), calls.callsFromIndexOne],
  },
  xai: {
    server: 'xAI',
    deviations: [
      calls.wholeCalls,
      calls.indexLast,
      reasoning.reasoningIn('reasoning_content'),
      onEveryDelta((delta) => ({ ...delta, role: 'assistant' })),
      chunks.noFinishKeyBeforeEnd,
      usage.usageLast,
      usage.usageThatDoesNotAddUp,
    ],
    ownUsage: true,
  },
  cloudflare: {
    server: 'Cloudflare Workers AI',
    deviations: [...cloudflare, finishReasons({ tool_calls: 'stop' })],
    error: errors.resultAndErrors,
  },
  'cloudflare-text-calls': {
    server: 'Cloudflare Workers AI, when it leaves the call in the content',
    deviations: [
      calls.wholeCalls,
      calls.callsInContent,
      ...cloudflare,
      finishReasons({ tool_calls: 'stop' }),
    ],
    error: errors.resultAndErrors,
  },
  bedrock: {
    server: 'Bedrock',
    deviations: [reasoning.reasoningInContent, without('created'), chunks.noFinishKeyBeforeEnd],
  },
  longcat: {
    server: 'LongCat, Ant Ling and servers made with Spring',
    deviations: [text.noSpaceAfterData],
  },
  deepinfra: {
    server: 'DeepInfra',
    deviations: [text.pings(() => `: ping - ${text.pythonTime()}\n\n`)],
  },
  huggingface: {
    server: 'Hugging Face',
    deviations: [text.pings(() => 'event: ping\n\n')],
  },
  glm: { server: 'GLM and z.ai, when a frame begins inside another', deviations: [text.gluedFrames] },
  minimax: {
    server: 'MiniMax',
    deviations: [calls.wholeCalls, calls.objectArguments, reasoning.reasoningCumulative],
  },
  moonshot: {
    server: 'Moonshot',
    deviations: [without('object'), reasoning.reasoningIn('reasoning_content'), usage.usageInChoice],
    ownUsage: true,
  },
  alibaba: { server: 'Alibaba', deviations: [calls.emptyIdsLater] },
  cerebras: {
    server: 'Cerebras',
    deviations: [
      chunks.noFinishKeyBeforeEnd,
      chunks.onFinish({ time_info: { queue_time: 0.001, prompt_time: 0.002, completion_time: 0.01 } }),
    ],
  },
};

export const quirkNames: readonly string[] = Object.keys(quirks);

/** The row of that name, or undefined. */
export function findQuirk(name: string): Quirk | undefined {
  return Object.hasOwn(quirks, name) ? quirks[name] : undefined;
}

/** The wire of one response. Without a quirk it is that of the API. `usageAsked` is what the request said about usage. */
export function wireFor(quirk: Quirk | undefined, usageAsked: boolean): Wire {
  if (quirk === undefined) return openWire([]);
  const { deviations, ownUsage } = quirk;
  return openWire(ownUsage ? deviations : [usage.usageAsAsked(usageAsked), ...deviations]);
}

/** The wire of a response that is no chat completion: of the deviations, those of the bytes. */
export function bytesFor(quirk: Quirk | undefined): Wire {
  return openWire((quirk?.deviations ?? []).map(ofBytes));
}
