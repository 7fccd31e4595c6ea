/** Converts a plan to the deltas of one choice: split at tokens, and ended by `stop` and the token limit. */
import type { OpenAI } from 'colloquy';
import type { Chunk, CompletionRequest } from '../models/model.ts';
import { tokenLogprob } from './logprobs.ts';
import type { Plan, PlannedCall } from './plan.ts';
import type { Random } from './random.ts';
import type { Piece, Tokenizer } from './tokens.ts';

type Choice = Chunk['choices'][number];

export interface Delta {
  choice: Omit<Choice, 'index'>;
  /** How many completion tokens it carries. */
  tokens: number;
  /** Whether those are tokens of reasoning. */
  reasoning?: true;
}

/**
 * The deltas of one choice. The first has the role, the last the finish reason.
 *
 * Text ends before the first stop sequence. Once `max_completion_tokens` (or `max_tokens`) tokens are out, whatever was
 * being said ends with `length`; a tool call is then cut as well. The name of a call counts as its first tokens.
 */
export function* choiceDeltas(
  request: CompletionRequest,
  plan: Plan,
  tokenizer: Tokenizer,
  random: Random,
): Generator<Delta, void> {
  const asked = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  const budget = { left: Math.min(asked, mostTokens(request)) };
  yield open(plan);
  const finished = yield* body(request, plan, tokenizer, random, budget);
  yield deltaOf({}, 0, null, finished ? plan.finish : 'length');
}

/** Tokens of all choices of one response. The likely alternatives of a token count like tokens. */
const mostInAll = 250_000;
/** Tokens of one choice, that of GPT-5: no model of the API writes more. https://platform.openai.com/docs/models/gpt-5 */
const mostInOne = 128_000;

function mostTokens({ n, top_logprobs: alternatives }: CompletionRequest): number {
  return Math.min(mostInOne, Math.ceil(mostInAll / ((n ?? 1) * (1 + (alternatives ?? 0)))));
}

function deltaOf(
  delta: Choice['delta'],
  tokens: number,
  logprobs: Choice['logprobs'] = null,
  finish: Choice['finish_reason'] = null,
): Delta {
  return { choice: { delta, logprobs, finish_reason: finish }, tokens };
}

function open({ text, refusal, calls, functionCall }: Plan): Delta {
  const isSilent = refusal !== undefined || calls !== undefined || functionCall !== undefined;
  const content = text === undefined && isSilent ? null : '';
  return deltaOf({ role: 'assistant', content, refusal: refusal === undefined ? null : '' }, 0);
}

interface Budget {
  left: number;
}

/** Says the plan; returns whether all of it was said. */
function* body(
  request: CompletionRequest,
  plan: Plan,
  tokenizer: Tokenizer,
  random: Random,
  budget: Budget,
): Generator<Delta, boolean> {
  const { reasoning = '', calls = [], functionCall } = plan;
  for (const piece of within(tokenizer.pieces(whole(reasoning)), budget)) {
    if (!piece) return false;
    yield { ...deltaOf({ reasoning_content: piece.text } as Choice['delta'], piece.tokens), reasoning: true };
  }
  for (const field of ['content', 'refusal'] as const) {
    const text = field === 'content' ? plan.text : plan.refusal;
    if (text === undefined) continue;
    for (const piece of within(textPieces(text, plan, request, tokenizer), budget)) {
      if (!piece) return false;
      yield deltaOf({ [field]: piece.text }, piece.tokens, logprobsOf(piece, field, request, random));
    }
  }
  for (const [index, call] of calls.entries()) {
    const write = (fields: Partial<PlannedCall>): Choice['delta'] => ({
      tool_calls: [{ index, ...callDelta(call.type, fields) }],
    });
    if (!(yield* oneCall(call, write, tokenizer, budget))) return false;
  }
  if (!functionCall) return true;
  const write = ({ name, input = '' }: Partial<PlannedCall>): Choice['delta'] => ({
    function_call: name === undefined ? { arguments: input } : { name, arguments: input },
  });
  return yield* oneCall(functionCall, write, tokenizer, budget);
}

/** A stretch of text, and its log probability where the plan has one. */
interface TextPiece extends Piece {
  logprob?: OpenAI.ChatCompletionTokenLogprob;
}

/** The text until the first stop sequence, cut at the tokens of the plan or at those of the vocabulary. */
function* textPieces(
  said: string,
  { logprobs }: Plan,
  { stop }: CompletionRequest,
  tokenizer: Tokenizer,
): Generator<TextPiece> {
  const text = beforeStop(whole(said), stop);
  if (!logprobs) return yield* tokenizer.pieces(text);
  let left = text.length;
  for (const logprob of logprobs) {
    if (left <= 0) return;
    yield { text: whole(logprob.token).slice(0, left), tokens: 1, logprob };
    left -= logprob.token.length;
  }
}

function logprobsOf(
  { text, logprob }: TextPiece,
  field: 'content' | 'refusal',
  { logprobs, top_logprobs: top }: CompletionRequest,
  random: Random,
): Choice['logprobs'] {
  if (!logprobs) return null;
  const entry = logprob
    ? { ...logprob, top_logprobs: logprob.top_logprobs.slice(0, top ?? 0) }
    : tokenLogprob(text, top ?? 0, random);
  return { content: null, refusal: null, [field]: [entry] };
}

/** The text without lone surrogates, which no wire carries. */
const whole = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

function* oneCall(
  call: PlannedCall,
  write: (fields: Partial<PlannedCall>) => Choice['delta'],
  tokenizer: Tokenizer,
  budget: Budget,
): Generator<Delta, boolean> {
  const { input, ...head } = call;
  const tokens = tokenizer.count(call.name);
  if (tokens > budget.left) return false;
  budget.left -= tokens;
  yield deltaOf(write({ ...head, input: '' }), tokens);
  for (const piece of within(tokenizer.pieces(input), budget)) {
    if (!piece) return false;
    yield deltaOf(write({ input: piece.text }), piece.tokens);
  }
  return true;
}

type ToolCallDelta = NonNullable<Choice['delta']['tool_calls']>[number];

function callDelta(
  type: PlannedCall['type'],
  { id, name, input = '' }: Partial<PlannedCall>,
): Omit<ToolCallDelta, 'index'> {
  const named = name === undefined ? {} : { name };
  const head = id === undefined ? {} : { id, type };
  return type === 'custom'
    ? { ...head, custom: { ...named, input } }
    : { ...head, function: { ...named, arguments: input } };
}

/** The pieces the budget allows, then `undefined` if there were more. */
function* within<Each extends Piece>(pieces: Iterable<Each>, budget: Budget): Generator<Each | undefined> {
  for (const piece of pieces) {
    if (piece.tokens > budget.left) return yield undefined;
    budget.left -= piece.tokens;
    yield piece;
  }
}

function beforeStop(text: string, stop: CompletionRequest['stop']): string {
  const found = [stop ?? []].flat().map((sequence) => text.indexOf(sequence));
  const first = Math.min(...found.filter((index) => index >= 0), text.length);
  return text.slice(0, first);
}
