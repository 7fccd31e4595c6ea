/** The sandbox's answer in words: the first skill that has something to say, in the style that was asked for. */
import type { Prompt } from './prompt.ts';
import type { Random } from './random.ts';
import { arithmetic } from './skills/arithmetic.ts';
import { greeting, memory, smallTalk } from './skills/chat.ts';
import { coding } from './skills/code.ts';
import { conversation } from './skills/conversation.ts';
import { facts } from './skills/facts.ts';
import { looking, otherLanguage } from './skills/limits.ts';
import { results } from './skills/results.ts';
import type { Skill } from './skills/skill.ts';
import { counting, repeating, spelling, summarising } from './skills/text.ts';
import { translating } from './skills/translating.ts';
import { listing, writing } from './skills/writing.ts';
import { type Answer, dress, readStyle } from './style.ts';

/** In the order in which they are asked. A new skill is a new line here. */
const skills: readonly Skill[] = [
  results,
  repeating,
  looking,
  memory,
  smallTalk,
  greeting,
  translating,
  coding,
  counting,
  spelling,
  summarising,
  arithmetic,
  facts,
  otherLanguage,
  writing,
  listing,
  conversation,
];

/** What there is to say, before it is put into a style. */
export function answerTo(prompt: Prompt, random: Random, verbosity?: string | null): Answer {
  const style = readStyle(prompt, verbosity);
  for (const skill of skills) {
    const answer = skill(prompt, random, style);
    if (answer) return answer;
  }
  return { text: '' };
}

export function reply(prompt: Prompt, random: Random, verbosity?: string | null): string {
  return dress(answerTo(prompt, random, verbosity), readStyle(prompt, verbosity), random);
}
