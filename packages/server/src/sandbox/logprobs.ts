/** Made-up likelihoods of tokens: plausible, repeatable, and consistent with one another. */
import type { OpenAI } from 'colloquy';
import type { Random } from './random.ts';

const rivals = [
  ' the',
  ' a',
  ',',
  '.',
  ' and',
  ' to',
  ' is',
  ' it',
  ' that',
  ' of',
  ' in',
  ' I',
  '\n',
  ' so',
  ' not',
  ' for',
  ' one',
  ' this',
  ' as',
  ' we',
  ' you',
];

/**
 * How likely `token` was, and the `alternatives` (0 to 20) most likely tokens, itself first. Their probabilities fall and
 * add up to less than one.
 */
export function tokenLogprob(
  token: string,
  alternatives: number,
  random: Random,
): OpenAI.ChatCompletionTokenLogprob {
  let likelihood = 0.5 + 0.495 * random.next();
  let rest = 1 - likelihood;
  const own = entry(token, likelihood);
  const others = random
    .shuffled(rivals.filter((rival) => rival !== token))
    .slice(0, Math.max(0, alternatives - 1));
  const top = others.map((other) => {
    likelihood = Math.min(likelihood, rest * (0.4 + 0.5 * random.next()));
    rest -= likelihood;
    return entry(other, likelihood);
  });
  return { ...own, top_logprobs: alternatives > 0 ? [own, ...top] : [] };
}

function entry(token: string, likelihood: number): { token: string; bytes: number[]; logprob: number } {
  return { token, bytes: [...encoder.encode(token)], logprob: Math.log(likelihood) };
}

const encoder = new TextEncoder();
