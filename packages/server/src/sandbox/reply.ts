/** The text of the default reply: quotes the question, or the results of tools. */
import type { Prompt } from './prompt.ts';
import { quoted } from './quoted.ts';
import type { Random } from './random.ts';
import { toldResults } from './results.ts';

const openings = [
  (asked: string) => `You asked ${asked}.`,
  (asked: string) => `Your last message was ${asked}.`,
  (asked: string) => `This is a response to ${asked}.`,
  (asked: string) => `The sandbox received ${asked}.`,
];

const closings = [
  'The sandbox made up this text, and a fixture can replace it.',
  'This is sample text from the sandbox, not from a model.',
  'No model wrote this: the sandbox responds by rule.',
  'Add a fixture to say something else here.',
];

/** Text for the request. Another `random` words it differently. */
export function reply(prompt: Prompt, random: Random): string {
  if (prompt.results.length > 0) return toldResults(prompt.results);
  const opening = prompt.question
    ? random.pick(openings)(quoted(prompt.question))
    : 'There is no user message.';
  return `${opening} ${random.pick(closings)}`;
}
