/** Usage: of completions, and where streams have it. */
import { deviating, missing, pass, type Check, type Found, type Verdict } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { at, isObject, numberOf } from '../look.ts';
import { choicesOf, finishOf } from './parts.ts';

export const usageChecks: Check[] = [
  {
    id: 'usage.counts',
    title: 'sends token counts with a completion',
    probe: 'plain',
    judge: ({ json }) =>
      isObject(at(json, 'usage')) ? judgeSum(at(json, 'usage')) : missing('no usage in completions'),
    missing: 'count tokens yourself',
  },
  {
    id: 'usage.stream',
    title: 'on request, sends token counts in a last chunk without choices',
    probe: 'streamUsage',
    judge(response) {
      const place = placeOf(response);
      if (!place) return missing('no usage, although `stream_options.include_usage` requested it');
      const found = place.found?.name === 'usageLast' ? undefined : place.found;
      return found ? deviating([found, sumOf(place.usage)]) : judgeSum(place.usage);
    },
    missing: 'count tokens yourself, or send requests without `stream`',
  },
  {
    id: 'usage.unasked',
    title: 'sends no usage in a stream that did not request it',
    probe: 'stream',
    judge: (response) => deviating([placeOf(response)?.found]),
    missing: 'ignore the usage',
  },
];

interface Place {
  usage: unknown;
  found: Found | undefined;
}

/** Where a stream has its usage, and the name of that place. */
function placeOf({ chunks }: Exchange): Place | undefined {
  for (const chunk of chunks.values.toReversed()) {
    const usage = at(chunk, 'usage');
    const [choice] = choicesOf(chunk);
    const inChoice = at(choice, 'usage');
    if (isObject(inChoice)) return { usage: inChoice, found: { name: 'usageInChoice' } };
    const other = at(chunk, 'x_groq', 'usage');
    if (isObject(other)) return { usage: other, found: { name: 'usageTwice' } };
    if (!isObject(usage)) continue;
    if (choice === undefined) return { usage, found: { name: 'usageLast' } };
    if (at(usage, 'prompt_cache_hit_tokens') !== undefined)
      return { usage, found: { name: 'usageWithCache' } };
    if (finishOf(choice) !== '') return { usage, found: { name: 'usageInFinish' } };
    return { usage, found: { name: 'usageInFinish', detail: 'in another chunk' } };
  }
  return undefined;
}

function sumOf(usage: unknown): Found | undefined {
  const sum = numberOf(at(usage, 'prompt_tokens')) + numberOf(at(usage, 'completion_tokens'));
  const total = numberOf(at(usage, 'total_tokens'));
  return sum === total || Number.isNaN(sum) ? undefined : { name: 'usageThatDoesNotAddUp' };
}

function judgeSum(usage: unknown): Verdict {
  const names = ['prompt_tokens', 'completion_tokens', 'total_tokens'];
  const absent = names.filter((name) => Number.isNaN(numberOf(at(usage, name))));
  if (absent.length > 0) return missing(`no ${absent.join(', ')}`);
  const found = sumOf(usage);
  return found ? deviating([found]) : pass();
}
