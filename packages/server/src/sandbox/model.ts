/** The sandbox: a model without a network. The same request gives the same chunks, whatever was asked before. */
import { setTimeout as delay } from 'node:timers/promises';
import { invalidRequest } from '../http/errors.ts';
import type { ChatModel, Chunk, CompletionRequest } from '../models/model.ts';
import { embed } from './embedding.ts';
import { choiceDeltas, type Delta } from './deltas.ts';
import { moderate } from './moderation.ts';
import { planChoice } from './plan.ts';
import { readPrompt } from './prompt.ts';
import { hash, randomFrom } from './random.ts';
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
  const { id = 'sandbox', seed = 0, tokensPerSecond = 0, now = Date.now, newId = newCompletionId } = options;

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Chunk> {
    refuseUnsupported(request);
    signal.throwIfAborted();
    const tokenizer = await loadTokenizer();
    const prompt = readPrompt(request);
    const started = now();
    const head: Omit<Chunk, 'choices'> = {
      id: newId(),
      object: 'chat.completion.chunk',
      created: Math.floor(started / 1000),
      model: request.model,
      service_tier:
        !request.service_tier || request.service_tier === 'auto' ? 'default' : request.service_tier,
      system_fingerprint: fingerprint,
    };
    const words = hash(wordsOf(request));
    const choices = Array.from({ length: request.n ?? 1 }, (_, index) => {
      const random = randomFrom(seed, request.seed ?? '', index, words);
      return choiceDeltas(request, planChoice(request, prompt, random), tokenizer, random);
    });
    let completionTokens = 0;
    let paced = 0;
    for (const round of rounds(choices)) {
      for (const { index, delta } of round) {
        signal.throwIfAborted();
        completionTokens += delta.tokens;
        yield { ...head, choices: [{ index, ...delta.choice }] };
      }
      if (tokensPerSecond <= 0) continue;
      paced += Math.max(...round.map(({ delta }) => delta.tokens));
      const wait = started + (paced * 1000) / tokensPerSecond - now();
      if (wait > 0) await delay(wait, undefined, { signal });
    }
    signal.throwIfAborted();
    yield { ...head, choices: [], usage: usageOf(promptTokens(request, tokenizer), completionTokens) };
  }

  return { id, created: 1_767_225_600, ownedBy: 'colloquy', sandbox: true, complete, embed, moderate };
}

/** One delta of every choice that has some left, over and over: choices come side by side, as those of a real model do. */
function* rounds(choices: Iterator<Delta>[]): Generator<{ index: number; delta: Delta }[]> {
  let running = choices.map((deltas, index) => ({ deltas, index }));
  while (running.length > 0) {
    const round: { index: number; delta: Delta }[] = [];
    running = running.filter(({ deltas, index }) => {
      const { done, value } = deltas.next();
      if (!done) round.push({ index, delta: value });
      return !done;
    });
    if (round.length > 0) yield round;
  }
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

function newCompletionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(29));
  return `chatcmpl-${Array.from(bytes, (byte) => letters[byte % letters.length]).join('')}`;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
