/** Each parameter: whether it is accepted, and whether it has its effect where that can be seen. */
import { missing, pass, undecided, unless, type Check, type Verdict } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { at, numberOf, textOf } from '../look.ts';
import type { ProbeName } from '../probes.ts';
import { choicesOf, finishOf, piecesOf, textOfWhole } from './parts.ts';

export const parameterChecks: Check[] = [
  limited('max_tokens', 'maxTokens'),
  limited('max_completion_tokens', 'maxCompletionTokens'),
  {
    id: 'parameters.stop',
    title: 'ends the text before the `stop` sequence',
    probe: 'stop',
    judge(response) {
      const text = textOfWhole(response);
      if (text.includes('6')) return missing('the text has the stop sequence');
      return /[45]/.test(text) ? pass() : undecided('the model did not count');
    },
    missing: 'truncate the text yourself',
  },
  {
    id: 'parameters.n',
    title: 'returns several choices for `n`',
    probe: 'two',
    judge: ({ json }) =>
      unless(choicesOf(json).length !== 2 && `${choicesOf(json).length} instead of 2 choices`),
    missing: 'send several requests',
  },
  {
    id: 'parameters.n-stream',
    title: 'streams several choices for `n`, with different `index`',
    probe: 'twoStreamed',
    judge(response) {
      const indexes = new Set(piecesOf(response).map(({ choice }) => at(choice, 'index')));
      return unless(!(indexes.has(0) && indexes.has(1)) && 'there are no two choices to tell apart');
    },
    missing: 'send several requests',
  },
  {
    id: 'parameters.seed',
    title: 'reproduces the same text for the same `seed`',
    probe: 'seed',
    judge(first, second) {
      const same = second !== undefined && textOfWhole(first) === textOfWhole(second);
      return same ? pass() : undecided('accepted, but two texts differ');
    },
    missing: 'do not expect reproducible results',
  },
  accepted('temperature', '`temperature` and `top_p`', 'sampling', 'do not send them'),
  accepted('penalties', '`presence_penalty` and `frequency_penalty`', 'penalties', 'do not send them'),
  accepted('logit_bias', '`logit_bias`', 'logitBias', 'do not send it'),
  accepted('user', '`user`', 'user', 'do not send it'),
];

function accepted(name: string, title: string, probe: ProbeName, instead: string): Check {
  return {
    id: `parameters.${name}`,
    title: `accepts ${title}`,
    probe,
    judge: ({ json }) => unless(choicesOf(json).length === 0 && 'no choices'),
    missing: instead,
  };
}

function limited(name: string, probe: ProbeName): Check {
  return {
    id: `parameters.${name}`,
    title: `ends the text at \`${name}\`, with the reason \`length\``,
    probe,
    judge: judgeLimit,
    missing: 'limit the length in the prompt',
  };
}

function judgeLimit(response: Exchange): Verdict {
  const reason = finishOf(at(response.json, 'choices', 0));
  const used = numberOf(at(response.json, 'usage', 'completion_tokens'));
  if (used > 16) return missing(`${used} tokens, and 16 were allowed`);
  if (reason === 'length') return pass();
  // A model that had nothing more to say is no proof either way.
  const text = textOf(textOfWhole(response));
  return text.length < 80 ? undecided('the text was short enough') : missing('the text was not cut');
}
