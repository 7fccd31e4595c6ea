/** The sandbox: a model without a network. The same request gives the same chunks, whatever was asked before. */
import { setTimeout as delay } from 'node:timers/promises';
import { invalidRequest } from '../http/errors.ts';
import type { ChatModel, Chunk, CompletionRequest, Usage } from '../models/model.ts';
import type { Script } from '../models/script.ts';
import { inSlices } from '../slices.ts';
import { embed } from './embedding.ts';
import { inChunks } from './chunks.ts';
import { choiceDeltas, type Delta } from './deltas.ts';
import { moderate } from './moderation.ts';
import { planChoice } from './plan.ts';
import { readPrompt } from './prompt.ts';
import { newCompletionId } from './ids.ts';
import { hash, hashInSlices, randomFrom } from './random.ts';
import { jittered, sideBySide } from './side-by-side.ts';
import { textCompletions } from './text-completion.ts';
import { loadTokenizer } from './tokens.ts';
import { promptTokens, usageOf } from './usage.ts';

export interface SandboxOptions {
  /** The name it is listed under. Default `sandbox`. */
  id?: string | undefined;
  /** Another seed gives the same request other words. A request's own `seed` is added to it. Default 0. */
  seed?: number | undefined;
  /** How fast tokens come; 0, the default, is as fast as they are read. With several choices the pace is that of each. */
  tokensPerSecond?: number | undefined;
  /** Milliseconds since 1970. Default the system's clock. */
  now?: (() => number) | undefined;
  /** A new completion id. Default `chatcmpl-` and 29 random letters and digits. */
  newId?: (() => string) | undefined;
}

/** Tokens of a chunk that no client sees: few enough to leave other requests their turn. */
const tokensAtOnce = 64;

/** Changes if another release of the sandbox would respond differently to the same request. */
const fingerprint = `fp_${hash('colloquy sandbox 1').toString(16).padStart(10, '5')}`;

export function sandboxModel(options: SandboxOptions = {}): ChatModel {
  const {
    id = 'sandbox',
    seed = 0,
    tokensPerSecond = 0,
    now = Date.now,
    newId = () => newCompletionId('chatcmpl'),
  } = options;

  async function* complete(
    request: CompletionRequest,
    signal: AbortSignal,
    script: Script = {},
  ): AsyncGenerator<Chunk> {
    refuseUnsupported(request);
    signal.throwIfAborted();
    if (script.delayMs) await delay(script.delayMs, undefined, { signal });
    if (script.error) throw script.error;
    const tokenizer = await loadTokenizer();
    const prompt = readPrompt(request);
    const tokens = await inSlices(promptTokens(request, tokenizer));
    if (tokens > contextWindow) throw tooLong(tokens);
    const head: Omit<Chunk, 'choices'> = {
      id: newId(),
      object: 'chat.completion.chunk',
      created: Math.floor(now() / 1000),
      model: request.model,
      service_tier:
        !request.service_tier || request.service_tier === 'auto' ? 'default' : request.service_tier,
      system_fingerprint: fingerprint,
    };
    const words = await inSlices(hashInSlices(wordsOf(request)));
    const pace = {
      tokensPerSecond: script.tokensPerSecond ?? tokensPerSecond,
      now,
      isStreamed: request.stream ?? false,
      stretch: jittered(script.jitter ?? 0, randomFrom(seed, request.seed ?? '', 'jitter', words)),
    };
    const isWhole = !pace.isStreamed && pace.tokensPerSecond === 0;
    const choices: Iterator<Delta>[] = [];
    for (let index = 0; index < (request.n ?? 1); index++) {
      const random = randomFrom(seed, request.seed ?? '', index, words);
      const plan = await inSlices(planChoice(request, prompt, random, script));
      signal.throwIfAborted();
      const deltas = choiceDeltas(request, plan, tokenizer, random);
      choices.push(inChunks(deltas, isWhole ? tokensAtOnce : script.chunkSize));
    }
    let completionTokens = 0;
    let reasoningTokens = 0;
    for await (const { index, item } of sideBySide(choices, pace, signal)) {
      completionTokens += item.tokens;
      if (item.reasoning) reasoningTokens += item.tokens;
      yield { ...head, choices: [{ index, ...item.choice }] };
    }
    yield {
      ...head,
      choices: [],
      usage: counted(usageOf(tokens, completionTokens, reasoningTokens), script),
    };
  }

  const completeText = textCompletions({ seed, tokensPerSecond, now, fingerprint });
  return {
    id,
    created: 1_767_225_600,
    ownedBy: 'colloquy',
    sandbox: true,
    complete,
    embed,
    moderate,
    completeText,
  };
}

/** The usage with the counts of a script in it. Its total is the sum, unless the script has another. */
function counted(usage: Usage, { usage: given = {} }: Script): Usage {
  const all = { ...usage, ...given };
  return {
    ...all,
    total_tokens: given.total_tokens ?? all.prompt_tokens + all.completion_tokens,
    prompt_tokens_details: { ...usage.prompt_tokens_details, ...given.prompt_tokens_details },
    completion_tokens_details: { ...usage.completion_tokens_details, ...given.completion_tokens_details },
  };
}

/** What the text depends on, as JSON. Limits, sampling and labels cut or mark a text; they do not choose its words. */
function* wordsOf(request: CompletionRequest): Generator<string> {
  const { messages, tools, functions, response_format: format } = request;
  for (const [index, list] of [messages, tools, functions].entries()) {
    yield index === 0 ? '[' : ',';
    yield list ? '[' : 'null';
    for (const [at, item] of (list ?? []).entries()) yield `${at === 0 ? '' : ','}${JSON.stringify(item)}`;
    if (list) yield ']';
  }
  yield `,${JSON.stringify(format ?? null)}]`;
}

/** In tokens, that of GPT-4.1: no model of the API has a larger one. https://platform.openai.com/docs/models/gpt-4.1 */
const contextWindow = 1_047_576;

function tooLong(tokens: number): Error {
  const message =
    `This model's maximum context length is ${contextWindow} tokens. However, your messages resulted in ${tokens} tokens. ` +
    'Please reduce the length of the messages.';
  return invalidRequest('messages', message, 'context_length_exceeded');
}

function refuseUnsupported(request: CompletionRequest): void {
  if (request.modalities?.includes('audio')) {
    throw invalidRequest(
      'modalities',
      "The sandbox does not produce audio: 'modalities' must be ['text'].",
      'unsupported_value',
    );
  }
  if (request.moderation) {
    throw invalidRequest(
      'moderation',
      "The sandbox does not moderate chat completions: leave 'moderation' out.",
      'unsupported_parameter',
    );
  }
}
