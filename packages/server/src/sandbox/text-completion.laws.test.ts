import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextChoice, TextCompletion, TextRequest } from '../models/neighbours.ts';
import { foldText, streamText, validateText } from '../neighbours/text-completions.ts';
import { sandboxModel } from './model.ts';
import { loadTokenizer } from './tokens.ts';
import { atOnce } from '../slices.ts';

const sandbox = sandboxModel({ now: () => 1_700_000_000_000 });
const never = new AbortController().signal;
const { count, encode } = await loadTokenizer('cl100k');

const chunksOf = (request: object): AsyncIterable<TextCompletion> =>
  sandbox.completeText!(atOnce(validateText({ model: 'any', ...request })), never);
const whole = (request: object): Promise<TextCompletion> => foldText(chunksOf(request));
const textsOf = async (request: object): Promise<string[]> =>
  (await whole(request)).choices.map(({ text }) => text);
const withoutId = ({ id, ...rest }: TextCompletion): object => ({ ...rest, id: id.slice(0, 5) });

const prompt = fc.oneof(
  fc.constantFrom(
    '',
    'Once upon a time',
    'Q: What is 2 + 2?\nA:',
    'Count to 30',
    '👩‍👩‍👧 é',
    'Please [refuse] this',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const request = fc.record(
  {
    prompt: fc.oneof(
      prompt,
      fc.array(prompt, { minLength: 1, maxLength: 3 }),
      fc.constantFrom<number[] | number[][]>([9906, 1917], [[9906], [1917]]),
    ),
    n: fc.integer({ min: 1, max: 3 }),
    echo: fc.boolean(),
    logprobs: fc.integer({ min: 0, max: 5 }),
    max_tokens: fc.integer({ min: 0, max: 40 }),
    stop: fc.constantFrom(' ', 'e', ['a', '.'], null),
    seed: fc.integer({ min: 0, max: 3 }),
    suffix: fc.string(),
  },
  { requiredKeys: ['prompt'] },
);
const textsIn = ({ prompt }: { prompt?: TextRequest['prompt'] }): number =>
  Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;

describe('a text completion', () => {
  it('that is streamed says the same as one in one piece', () =>
    fc.assert(
      fc.asyncProperty(request, async (body) => {
        const streamed: TextRequest = {
          model: 'any',
          ...body,
          stream: true,
          stream_options: { include_usage: true },
        };
        // Folded here by hand, not by the code under test.
        const choices: TextChoice[] = [];
        let usage: unknown;
        for await (const chunk of streamText(streamed, chunksOf(streamed)) as AsyncIterable<TextCompletion>) {
          if (chunk.choices.length === 0) usage = chunk.usage;
          else expect(chunk.usage).toBeNull();
          for (const { index, text, logprobs, finish_reason } of chunk.choices) {
            const choice = (choices[index] ??= { text: '', index, logprobs: null, finish_reason: null });
            expect(choice.finish_reason).toBeNull();
            choice.text += text;
            choice.finish_reason = finish_reason;
            if (!logprobs) continue;
            const before = choice.logprobs;
            choice.logprobs = {
              tokens: [...(before?.tokens ?? []), ...logprobs.tokens],
              token_logprobs: [...(before?.token_logprobs ?? []), ...logprobs.token_logprobs],
              top_logprobs: logprobs.top_logprobs && [
                ...(before?.top_logprobs ?? []),
                ...logprobs.top_logprobs,
              ],
              text_offset: [...(before?.text_offset ?? []), ...logprobs.text_offset],
            };
          }
        }
        const complete = await whole(body);
        expect(choices).toEqual(complete.choices);
        expect(usage).toEqual(complete.usage);
      }),
    ));

  it('is the same for the same request', () =>
    fc.assert(
      fc.asyncProperty(request, async (body) => {
        expect(withoutId(await whole(body))).toEqual(withoutId(await whole(body)));
      }),
      { numRuns: 30 },
    ));

  it('has n choices for each prompt, in the order of the prompts, and obeys stop, max_tokens and echo', () =>
    fc.assert(
      fc.asyncProperty(request, async (body) => {
        const { choices } = await whole(body);
        expect(choices.map(({ index }) => index)).toEqual(
          Array.from({ length: textsIn(body) * (body.n ?? 1) }, (_, index) => index),
        );
        const plain = await whole({ ...body, echo: false });
        const prompts = [body.prompt].flat(typeof body.prompt === 'string' ? 0 : 1);
        for (const [index, choice] of choices.entries()) {
          const { text, finish_reason: finish } = plain.choices[index]!;
          for (const stop of [body.stop ?? []].flat()) expect(text).not.toContain(stop);
          expect(['stop', 'length']).toContain(finish);
          if (text !== '' || finish === 'length')
            expect(count(text)).toBeLessThanOrEqual((body.max_tokens ?? 16) + 2);
          const given = prompts[Math.floor(index / (body.n ?? 1))];
          if (body.echo && typeof given === 'string') expect(choice.text).toBe(given + text);
        }
      }),
    ));

  it('has a likelihood and a place for each token', () =>
    fc.assert(
      fc.asyncProperty(request, fc.integer({ min: 0, max: 5 }), async (body, logprobs) => {
        const { choices } = await whole({ ...body, logprobs });
        for (const { text, logprobs: list } of choices) {
          const { tokens, token_logprobs, top_logprobs, text_offset } = list ?? {
            tokens: [],
            token_logprobs: [],
            top_logprobs: null,
            text_offset: [],
          };
          expect(tokens.join('')).toBe(text.replace(/\p{Cs}/gu, '\ufffd'));
          expect(token_logprobs).toHaveLength(tokens.length);
          if (top_logprobs) expect(top_logprobs).toHaveLength(tokens.length);
          for (const [at, top] of (top_logprobs ?? []).entries()) {
            if (top === null) expect([at, body.echo]).toEqual([0, true]);
            else {
              expect(Object.keys(top)).toHaveLength(logprobs);
              expect(top[tokens[at]!]).toBe(token_logprobs[at]);
            }
          }
          for (const [at, offset] of text_offset.entries())
            if (at > 0) expect(offset - text_offset[at - 1]!).toBe([...tokens[at - 1]!].length);
        }
      }),
    ));

  it('costs the tokens of each prompt once, and those of every choice that was made', async () => {
    const one = await whole({ prompt: ['Count to 30', 'Hello world'], max_tokens: 5 });
    expect(one.usage).toMatchObject({
      prompt_tokens: count('Count to 30') + 2,
      completion_tokens: 10,
      total_tokens: 16,
    });
    const best = await whole({ prompt: 'Count to 30', max_tokens: 5, n: 2, best_of: 4 });
    expect(best.choices).toHaveLength(2);
    expect(best.usage).toMatchObject({ prompt_tokens: count('Count to 30'), completion_tokens: 20 });
  });

  it('with best_of is the likeliest of the candidates', async () => {
    const body = { prompt: 'Write about the sea', max_tokens: 30, logprobs: 0 };
    const mean = ({ logprobs }: TextChoice): number =>
      logprobs!.token_logprobs.reduce<number>((sum, value) => sum + value!, 0) / logprobs!.tokens.length;
    const all = (await whole({ ...body, n: 6 })).choices.map(mean).toSorted((a, b) => b - a);
    const best = (await whole({ ...body, n: 2, best_of: 6 })).choices.map(mean);
    expect(best).toEqual(all.slice(0, 2));
  });

  it('is the same for token ids as for the text they spell', async () => {
    const text = 'Q: What is 2 + 2?\nA:';
    expect(await textsOf({ prompt: encode(text) })).toEqual(await textsOf({ prompt: text }));
    expect(await textsOf({ prompt: [encode(text)] })).toEqual(await textsOf({ prompt: [text] }));
  });

  it('goes on after the prompt, with 16 tokens unless the request says more', async () => {
    expect(await textsOf({ prompt: 'What is 2 + 2? ', max_tokens: 100 })).toEqual([
      expect.stringMatching(/^\S.*“What is 2 \+ 2\?”/),
    ]);
    expect(await textsOf({ prompt: 'What is 2 + 2?', max_tokens: 100 })).toEqual([
      expect.stringMatching(/^ \S.*“What is 2 \+ 2\?”/),
    ]);
    const { choices, usage } = await whole({ prompt: 'Count to 100' });
    expect([choices[0]!.finish_reason, usage!.completion_tokens]).toEqual(['length', 16]);
    expect(await textsOf({ prompt: 'Hi', max_tokens: 0 })).toEqual(['']);
  });

  it('counts places from the beginning of the prompt', async () => {
    const [offset] = (await whole({ prompt: 'a👩b', logprobs: 1 })).choices[0]!.logprobs!.text_offset;
    expect(offset).toBe(3);
    expect(
      (await whole({ prompt: 'a👩b', logprobs: 1, echo: true })).choices[0]!.logprobs!.text_offset[0],
    ).toBe(0);
  });
});
