/** Values that satisfy a schema, and log probabilities. */
import { missing, pass, undecided, unless, type Check, type Verdict } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { at, isObject, itemsOf, numberOf, parsed, shown } from '../look.ts';
import { finishOf, firstChoice, textOfStream, textOfWhole } from './parts.ts';

export const schemaChecks: Check[] = [
  {
    id: 'schemas.json',
    title: 'returns a JSON object for `json_object`',
    probe: 'jsonObject',
    judge: (response) =>
      judgeText(response, textOfWhole(response), (value) => !isObject(value) && 'no JSON object'),
    missing: 'request JSON in the prompt, and validate it',
  },
  {
    id: 'schemas.strict',
    title: 'returns a value that satisfies the strict schema in `json_schema`',
    probe: 'schema',
    judge: (response) => judgeText(response, textOfWhole(response), misfit),
    missing: 'describe the value in the prompt, and validate it',
  },
  {
    id: 'schemas.stream',
    title: 'streams a value that satisfies a strict schema',
    probe: 'schemaStreamed',
    judge: (response) => judgeText(response, textOfStream(response), misfit),
    missing: 'do not combine schemas with `stream`',
  },
  {
    id: 'schemas.rules',
    title: 'rejects a schema that violates the rules of strict mode',
    probe: 'schemaRefused',
    judgesFailures: true,
    judge({ status }) {
      if (status === 0 || status >= 500) return undecided('no response');
      return unless(status < 400 && 'the schema was accepted');
    },
    missing: 'validate the value: `strict` may have no effect',
    source: 'API guide, structured outputs',
  },
];

export const logprobChecks: Check[] = [
  {
    id: 'logprobs.whole',
    title: 'returns `logprobs` and `top_logprobs` for every token',
    probe: 'logprobs',
    judge: ({ json }) => judgeTokens(itemsOf(at(json, 'choices', 0, 'logprobs', 'content'))),
    missing: 'do not rely on log probabilities',
  },
  {
    id: 'logprobs.stream',
    title: 'streams `logprobs` and `top_logprobs` for every token',
    probe: 'logprobsStreamed',
    judge: (response) =>
      judgeTokens(firstChoice(response).flatMap(({ choice }) => itemsOf(at(choice, 'logprobs', 'content')))),
    missing: 'send requests without `stream`',
  },
];

function judgeText(response: Exchange, text: string, problem: (value: unknown) => string | false): Verdict {
  const value = parsed(text);
  if (value !== undefined) return unless(problem(value));
  const whole = finishOf(at(response.json, 'choices', 0));
  const reasons = [whole, ...firstChoice(response).map(({ choice }) => finishOf(choice))];
  if (reasons.includes('length')) return undecided('the limit of tokens was reached');
  return missing(text === '' ? 'no text' : `not JSON: ${shown(text, 60)}`);
}

/** What is wrong with a person. */
function misfit(value: unknown): string | false {
  if (typeof at(value, 'name') !== 'string') return 'no `name` that is a string';
  return !Number.isInteger(at(value, 'age')) && 'no `age` that is an integer';
}

function judgeTokens(tokens: readonly unknown[]): Verdict {
  const [token] = tokens;
  if (token === undefined) return missing('no log probabilities');
  if (typeof at(token, 'token') !== 'string' || Number.isNaN(numberOf(at(token, 'logprob')))) {
    return missing('tokens without `token` and `logprob`');
  }
  const top = itemsOf(at(token, 'top_logprobs')).length;
  if (top === 0) return missing('no `top_logprobs`');
  return pass(at(token, 'bytes') === undefined ? 'without `bytes`' : undefined);
}
