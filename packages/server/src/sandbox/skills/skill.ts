/** What a skill is: something the sandbox can answer well. */
import type { Prompt } from '../prompt.ts';
import type { Random } from '../random.ts';
import type { Answer, Style } from '../style.ts';

/** An answer, when the prompt is one for this skill. Depends on nothing but its arguments. */
export type Skill = (prompt: Prompt, random: Random, style: Style) => Answer | undefined;

/** What a question is about: a run of at most `limit` of its words, without the small ones at either end. */
export function topicOf(question: string, limit = 6): string {
  const line = question.split('\n').find((line) => line.trim()) ?? '';
  const about = /\b(?:about|on|regarding|called|named|of) (.+)$/i.exec(line)?.[1] ?? line;
  const words = about
    .slice(0, 400)
    .split(/[?!.,;:“”"`()[\]{}]*(?:\s+|$)[“”"`(]*/)
    .filter(Boolean);
  const isSmall = (word: string | undefined): boolean =>
    word !== undefined && stopWords.has(word.toLowerCase());
  while (words.length > 1 && isSmall(words[0])) words.shift();
  words.length = Math.min(words.length, limit);
  while (words.length > 1 && isSmall(words.at(-1))) words.pop();
  return words.join(' ').slice(0, 80);
}

const stopWords = new Set(
  (
    'a an the is are was were be been do does did can could would should will shall may might must i me my you your we us our it its ' +
    'what which who whom whose when where why how please tell give show explain describe write make list name to for from with in at ' +
    'by and or but if then than that this these those there here some any just only so as about into of on have has had not let ' +
    'need want know like think short brief briefly word sentence answer question help get more most many much'
  ).split(' '),
);

/** `text` as a quotation on one line, cut with an ellipsis after `limit` characters. */
export function quoted(text: string, limit = 90): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const start = Array.from(line.slice(0, limit * 2));
  return `“${
    start.length > limit
      ? `${start
          .slice(0, limit - 1)
          .join('')
          .trimEnd()}…`
      : line
  }”`;
}

/** A quotation at the end of a sentence: what is quoted may have brought its own stop. */
export function quotedLast(text: string, limit?: number): string {
  const quote = quoted(text, limit);
  return /[.!?…]”$/.test(quote) ? quote : `${quote}.`;
}
