/** Decides the content of one choice: from a script, or from the request alone. */
import type { OpenAI } from 'colloquy';
import type { CompletionRequest } from '../models/model.ts';
import type { Script } from '../models/script.ts';
import type { Sliced } from '../slices.ts';
import { planCalls, scriptedCalls, type CallPlan } from './calls.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { reply } from './reply.ts';
import { structuredText } from './structured.ts';

export type { PlannedCall } from './calls.ts';

/** The parts of one choice, said in this order. */
export interface Plan extends CallPlan {
  reasoning?: string | undefined;
  text?: string | undefined;
  refusal?: string | undefined;
  /** How the text is cut, and how likely each token is. Undefined: as the tokenizer cuts it, and made up. */
  logprobs?: readonly OpenAI.ChatCompletionTokenLogprob[] | undefined;
}

/** Writing this anywhere in the last user message makes the sandbox refuse, so that refusals can be tried. */
export const refusalMarker = '[refuse]';

const refusals = [
  "I'm sorry, but I can't help with that.",
  "I'm sorry, I can't assist with that request.",
  "I can't help with that, but I am glad to try something else.",
];

export function* planChoice(
  request: CompletionRequest,
  prompt: Prompt,
  random: Random,
  script: Script = {},
): Sliced<Plan> {
  const { text, refusal, calls, reasoning, finish, logprobs } = script;
  const isScripted = text !== undefined || refusal !== undefined || calls !== undefined;
  const plan: Plan = isScripted
    ? { text, refusal, finish: 'stop', ...(calls && (yield* scriptedCalls(calls, request, prompt, random))) }
    : yield* madeUp(request, prompt, random);
  return { ...plan, reasoning, logprobs, finish: finish ?? plan.finish };
}

function* madeUp(request: CompletionRequest, prompt: Prompt, random: Random): Sliced<Plan> {
  if (prompt.question.includes(refusalMarker)) return { refusal: random.pick(refusals), finish: 'stop' };
  const called = yield* planCalls(request, prompt, random);
  if (called) return called;
  const structured = yield* structuredText(request, prompt, random);
  return { text: structured ?? reply(prompt, random), finish: 'stop' };
}
