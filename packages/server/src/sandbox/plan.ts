/** What to say in one choice, decided from the request alone: text, a refusal, tool calls or a structured value. */
import type { CompletionRequest } from '../models/model.ts';
import { planCalls, type PlannedCall } from './calls.ts';
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { reply } from './reply.ts';
import { structuredText } from './structured.ts';

export type { PlannedCall } from './calls.ts';

export type Plan =
  | { kind: 'text'; text: string }
  | { kind: 'refusal'; text: string }
  | { kind: 'calls'; calls: PlannedCall[]; finish: 'tool_calls' | 'stop' }
  | { kind: 'function_call'; call: PlannedCall; finish: 'function_call' | 'stop' };

/** Writing this anywhere in the last user message makes the sandbox refuse, so that refusals can be tried. */
export const refusalMarker = '[refuse]';

const harmful =
  /\b(how (do|can|to|would)|help me|tell me how|write|make|build|create)\b[^.?!]*\b(bombs?|explosives?|ransomware|malware|nerve agents?|phishing (e-?mails?|pages?))\b/i;

const refusals = [
  "I'm sorry, but I can't help with that.",
  "I'm sorry, I can't assist with that request.",
  "I can't help with that, but I am glad to try something else.",
];

export function planChoice(request: CompletionRequest, prompt: Prompt, random: Random): Plan {
  if (prompt.question.includes(refusalMarker) || harmful.test(prompt.question)) {
    return { kind: 'refusal', text: random.pick(refusals) };
  }
  const called = planCalls(request, prompt, random);
  if (called) return called;
  const structured = structuredText(request, prompt, random);
  return { kind: 'text', text: structured ?? reply(prompt, random, request.verbosity) };
}
