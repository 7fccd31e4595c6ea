/** A plan becomes the deltas of one choice: cut at tokens, ended by `stop` and by the token limit. */
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
  const budget = { left: request.max_completion_tokens ?? request.max_tokens ?? Infinity };
  yield open(plan.kind);
  const finished = yield* body(request, plan, tokenizer, random, budget);
  const finish = finished ? ('finish' in plan ? plan.finish : 'stop') : 'length';
  yield { choice: { delta: {}, logprobs: null, finish_reason: finish }, tokens: 0 };
}

function open(kind: Plan['kind']): Delta {
  const content = kind === 'text' ? '' : null;
  const delta = { role: 'assistant' as const, content, refusal: kind === 'refusal' ? '' : null };
  return { choice: { delta, logprobs: null, finish_reason: null }, tokens: 0 };
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
  if (plan.kind === 'calls') {
    for (const [index, call] of plan.calls.entries()) {
      const write = (fields: Partial<PlannedCall>): Choice['delta'] => ({
        tool_calls: [{ index, ...callDelta(call.type, fields) }],
      });
      if (!(yield* oneCall(call, write, tokenizer, budget))) return false;
    }
    return true;
  }
  if (plan.kind === 'function_call') {
    const write = ({ name, input = '' }: Partial<PlannedCall>): Choice['delta'] => ({
      function_call: name === undefined ? { arguments: input } : { name, arguments: input },
    });
    return yield* oneCall(plan.call, write, tokenizer, budget);
  }
  const field = plan.kind === 'text' ? 'content' : 'refusal';
  const text = beforeStop(plan.text.replace(/\p{Cs}/gu, '\ufffd'), request.stop);
  for (const piece of within(tokenizer.pieces(text), budget)) {
    if (!piece) return false;
    const entry = request.logprobs ? [tokenLogprob(piece.text, request.top_logprobs ?? 0, random)] : null;
    const logprobs = entry && { content: null, refusal: null, [field]: entry };
    yield { choice: { delta: { [field]: piece.text }, logprobs, finish_reason: null }, tokens: piece.tokens };
  }
  return true;
}

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
  yield { choice: { delta: write({ ...head, input: '' }), logprobs: null, finish_reason: null }, tokens };
  for (const piece of within(tokenizer.pieces(input), budget)) {
    if (!piece) return false;
    yield {
      choice: { delta: write({ input: piece.text }), logprobs: null, finish_reason: null },
      tokens: piece.tokens,
    };
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
function* within(pieces: Iterable<Piece>, budget: Budget): Generator<Piece | undefined> {
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
