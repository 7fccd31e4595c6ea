/**
 * Text completions: what the sandbox would say to a prompt in a chat, as a continuation of the prompt. The same request
 * gives the same text.
 */
import type { OpenAI } from 'colloquy';
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import type { TextChoice, TextCompletion, TextLogprobs, TextRequest } from '../models/neighbours.ts';
import { inSlices, type Sliced } from '../slices.ts';
import { choiceDeltas } from './deltas.ts';
import { newCompletionId } from './ids.ts';
import { tokenLogprob } from './logprobs.ts';
import { planChoice } from './plan.ts';
import { readPrompt } from './prompt.ts';
import { hash, randomFrom, type Random } from './random.ts';
import { type Pace, sideBySide } from './side-by-side.ts';
import { type GivenText, readTexts } from './texts.ts';
import { loadTokenizer, type Tokenizer } from './tokens.ts';
import { usageOf } from './usage.ts';

interface Settings extends Pace {
  seed: number;
  fingerprint: string;
}

/** What a model of this endpoint can hold, and what it writes unless the request says otherwise; in tokens. */
const contextLength = 16_384;
const usualLength = 16;

/** Some text of one choice. */
interface TextDelta {
  text: string;
  /** Completion tokens: none for a prompt that is echoed. */
  tokens: number;
  finish: TextChoice['finish_reason'];
  /** The log probability of the text, if it is one token. */
  logprob?: OpenAI.ChatCompletionTokenLogprob | null | undefined;
}

/** What `completeText` of a sandbox with these settings does. */
export function textCompletions({ seed, fingerprint, ...pace }: Settings) {
  return async function* (request: TextRequest, signal: AbortSignal): AsyncGenerator<TextCompletion> {
    signal.throwIfAborted();
    const tokenizer = await loadTokenizer('cl100k');
    const prompts = await inSlices(readPrompts(request, tokenizer));
    const head: Omit<TextCompletion, 'choices'> = {
      id: newCompletionId('cmpl'),
      object: 'text_completion',
      created: Math.floor(pace.now() / 1000),
      model: request.model,
      system_fingerprint: fingerprint,
    };
    let promptTokens = 0;
    let completionTokens = 0;
    const n = request.n ?? 1;
    const candidates = request.best_of ?? n;
    const choices: Iterable<TextDelta>[] = [];
    for (const prompt of prompts) {
      promptTokens += prompt.tokens;
      const words = hash(JSON.stringify([prompt.text, request.suffix]));
      const all: Iterable<TextDelta>[] = [];
      for (let index = 0; index < candidates; index++) {
        const random = randomFrom(seed, request.seed ?? '', index, words);
        const said = await inSlices(saidTo(prompt.text, request, random));
        all.push(textDeltas(request, prompt.text, said, tokenizer, random));
        signal.throwIfAborted();
      }
      const { best, dropped } = candidates > n ? await inSlices(bestOf(n, all)) : { best: all, dropped: 0 };
      choices.push(...best);
      completionTokens += dropped;
    }
    const writers = choices.map((deltas, index) =>
      choiceWriter(request, prompts[Math.floor(index / n)]!.text),
    );
    const iterators = choices.map((deltas) => deltas[Symbol.iterator]());
    const isStreamed = request.stream ?? false;
    for await (const { index, item } of sideBySide(iterators, { ...pace, isStreamed }, signal)) {
      completionTokens += item.tokens;
      yield { ...head, choices: [{ ...writers[index]!(item), index }] };
    }
    yield { ...head, choices: [], usage: usageOf(promptTokens, completionTokens) };
  };
}

function* readPrompts(request: TextRequest, tokenizer: Tokenizer): Sliced<GivenText[]> {
  const prompts: GivenText[] = [];
  for (const reading of readTexts(request.prompt ?? '', 'prompt', tokenizer, contextLength)) {
    const prompt = yield* reading;
    checkContext(prompt, request.max_tokens ?? usualLength);
    prompts.push(prompt);
    yield;
  }
  checkEcho(request, prompts);
  return prompts;
}

/** What is echoed in one response at most. */
const mostEchoed = { tokens: 250_000, characters: 20_000_000 };

function checkEcho({ echo, logprobs, n, best_of: candidates }: TextRequest, prompts: GivenText[]): void {
  if (!echo) return;
  const sum = (count: (prompt: GivenText) => number): number =>
    prompts.reduce((total, prompt) => total + count(prompt), 0) * (candidates ?? n ?? 1);
  const echoed = {
    tokens: typeof logprobs === 'number' ? sum(({ tokens }) => tokens * (1 + logprobs)) : 0,
    characters: sum(({ text }) => text.length),
  };
  for (const what of ['tokens', 'characters'] as const) {
    if (echoed[what] <= mostEchoed[what]) continue;
    const message =
      `Invalid 'echo': the prompts of all choices have ${echoed[what]} ${what}, where each of 'logprobs' adds a token. ` +
      `At most ${mostEchoed[what]} are echoed in one response: ask for fewer prompts, choices or logprobs.`;
    throw invalidRequest('echo', message, 'invalid_value');
  }
}

function checkContext({ tokens, path }: GivenText, completion: number): void {
  const total = tokens + completion;
  if (total <= contextLength) return;
  const message =
    `This model's maximum context length is ${contextLength} tokens, however you requested ${total} tokens ` +
    `(${tokens} in your prompt; ${completion} for the completion). Please reduce your prompt; or completion length.`;
  throw invalidRequest(path, message, 'context_length_exceeded');
}

/** The `n` candidates whose tokens are likeliest on average, the best first, and the tokens of the others. */
function* bestOf(
  n: number,
  candidates: Iterable<TextDelta>[],
): Sliced<{ best: TextDelta[][]; dropped: number }> {
  const ranked: { deltas: TextDelta[]; mean: number; tokens: number }[] = [];
  for (const candidate of candidates) {
    const deltas: TextDelta[] = [];
    for (const delta of candidate) {
      deltas.push(delta);
      yield;
    }
    const logprobs = deltas.flatMap(({ logprob, tokens }) =>
      logprob && tokens > 0 ? [logprob.logprob] : [],
    );
    const mean = logprobs.reduce((sum, value) => sum + value, 0) / Math.max(1, logprobs.length);
    ranked.push({ deltas, mean, tokens: deltas.reduce((sum, { tokens }) => sum + tokens, 0) });
  }
  ranked.sort((a, b) => b.mean - a.mean);
  return {
    best: ranked.slice(0, n).map(({ deltas }) => deltas),
    dropped: ranked.slice(n).reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

/** The chat that makes the sandbox continue `prompt`. */
function chatOf(prompt: string, request: TextRequest): CompletionRequest {
  return {
    model: request.model,
    messages: [{ role: 'user', content: prompt }],
    max_tokens: request.max_tokens ?? usualLength,
    stop: request.stop ?? null,
    logprobs: true,
    top_logprobs: request.logprobs ?? 0,
  };
}

function* saidTo(prompt: string, request: TextRequest, random: Random): Sliced<string> {
  const chat = chatOf(prompt, request);
  const plan = yield* planChoice(chat, readPrompt(chat), random);
  return plan.text ?? plan.refusal ?? '';
}

/** The prompt where it is echoed, what the sandbox writes, and the reason it ends. */
function* textDeltas(
  request: TextRequest,
  prompt: string,
  said: string,
  tokenizer: Tokenizer,
  random: Random,
): Generator<TextDelta> {
  const chat = chatOf(prompt, request);
  const text = prompt === '' || /\s$/.test(prompt) ? said : ` ${said}`;
  if (request.echo) yield* echoed(request, prompt, tokenizer, random);
  for (const { choice, tokens } of choiceDeltas(chat, { text, finish: 'stop' }, tokenizer, random)) {
    const finish = choice.finish_reason as TextDelta['finish'];
    const content = choice.delta.content ?? '';
    if (content === '' && finish === null) continue;
    yield { text: content, tokens, finish, logprob: choice.logprobs?.content?.[0] };
  }
}

/** Token by token where each has a likelihood to send. */
function* echoed(
  { logprobs }: TextRequest,
  prompt: string,
  tokenizer: Tokenizer,
  random: Random,
): Generator<TextDelta> {
  const alternatives = logprobs ?? undefined;
  if (alternatives === undefined) return yield { text: prompt, tokens: 0, finish: null };
  let isFirst = true;
  for (const { text } of tokenizer.pieces(prompt)) {
    const logprob = isFirst ? null : tokenLogprob(text, alternatives, random);
    yield { text, tokens: 0, finish: null, logprob };
    isFirst = false;
  }
}

/** Makes the deltas of one choice into choices of chunks. */
function choiceWriter(
  { logprobs: alternatives, echo }: TextRequest,
  prompt: string,
): (delta: TextDelta) => Omit<TextChoice, 'index'> {
  let offset = echo ? 0 : lengthOf(prompt);
  return ({ text, finish, logprob }) => {
    const choice = { text, logprobs: null as TextLogprobs | null, finish_reason: finish };
    if (typeof alternatives !== 'number' || logprob === undefined) return choice;
    const top = Object.fromEntries(
      (logprob?.top_logprobs ?? []).map((entry) => [entry.token, entry.logprob]),
    );
    choice.logprobs = {
      tokens: [text],
      token_logprobs: [logprob?.logprob ?? null],
      top_logprobs: alternatives === 0 ? null : [logprob && top],
      text_offset: [offset],
    };
    offset += lengthOf(text);
    return choice;
  };
}

/** Code points. */
const lengthOf = (text: string): number =>
  text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
