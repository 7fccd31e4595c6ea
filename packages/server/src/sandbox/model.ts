/** The sandbox: a model without a network. The same request gives the same chunks, whatever was asked before. */
import { setTimeout as delay } from 'node:timers/promises';
import { invalidRequest } from '../http/errors.ts';
import type { ChatModel, Chunk, CompletionRequest, Usage } from '../models/model.ts';
import type { Script } from '../models/script.ts';
import { embed } from './embedding.ts';
import { choiceDeltas } from './deltas.ts';
import { moderate } from './moderation.ts';
import { planChoice } from './plan.ts';
import { readPrompt } from './prompt.ts';
import { newCompletionId } from './ids.ts';
import { hash, randomFrom } from './random.ts';
import { sideBySide } from './side-by-side.ts';
import { textCompletions } from './text-completion.ts';
import { loadTokenizer } from './tokens.ts';
import { promptTokens, usageOf } from './usage.ts';

export interface SandboxOptions {
  /** The name it is listed under. Default `sandbox`. */
  id?: string | undefined;
  /** Another seed words the same answers differently. A request's own `seed` is added to it. Default 0. */
  seed?: number | undefined;
  /** How fast tokens come; 0, the default, is as fast as they are read. With several choices the pace is that of each. */
  tokensPerSecond?: number | undefined;
  /** Milliseconds since 1970. Default the system's clock. */
  now?: (() => number) | undefined;
  /** A new completion id. Default `chatcmpl-` and 29 random letters and digits. */
  newId?: (() => string) | undefined;
}

/** Changes when the same request would be answered differently by another release of the sandbox. */
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
    const head: Omit<Chunk, 'choices'> = {
      id: newId(),
      object: 'chat.completion.chunk',
      created: Math.floor(now() / 1000),
      model: request.model,
      service_tier:
        !request.service_tier || request.service_tier === 'auto' ? 'default' : request.service_tier,
      system_fingerprint: fingerprint,
    };
    const words = hash(wordsOf(request));
    const choices = Array.from({ length: request.n ?? 1 }, (_, index) => {
      const random = randomFrom(seed, request.seed ?? '', index, words);
      return choiceDeltas(request, planChoice(request, prompt, random, script), tokenizer, random);
    });
    const pace = { tokensPerSecond: script.tokensPerSecond ?? tokensPerSecond, now };
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
      usage: counted(usageOf(promptTokens(request, tokenizer), completionTokens, reasoningTokens), script),
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

/** What the answer depends on. Limits, sampling and labels cut or mark an answer; they do not choose its words. */
function wordsOf({ messages, tools, functions, response_format: format }: CompletionRequest): string {
  return JSON.stringify([messages, tools, functions, format]);
}

function refuseUnsupported(request: CompletionRequest): void {
  if (request.modalities?.includes('audio')) {
    throw invalidRequest(
      'modalities',
      "The sandbox does not speak: 'modalities' must be ['text'].",
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
