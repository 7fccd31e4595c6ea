import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import { type Moderation, moderationCategories, type ModerationRequest } from '../models/neighbours.ts';
import { validateModeration } from '../neighbours/moderations.ts';
import { moderate } from './moderation.ts';
import { atOnce } from '../slices.ts';

const never = new AbortController().signal;
const names = Object.keys(moderationCategories) as (keyof typeof moderationCategories)[];
const moderated = (input: ModerationRequest['input']): Promise<Moderation[]> =>
  moderate(atOnce(validateModeration({ input })), never);
const flaggedIn = async (input: ModerationRequest['input']): Promise<string[]> =>
  (await moderated(input)).flatMap(({ categories }) => names.filter((name) => categories[name]));
const image = (url: string) => ({ type: 'image_url' as const, image_url: { url } });

describe('moderation', () => {
  it.each([
    ['What is the weather in Paris?', []],
    ['The process was killed by a signal; attack the problem again.', []],
    ['You are a complete idiot.', ['harassment']],
    ['I will stab him', ['harassment/threatening', 'violence']],
    ['I hate all immigrants', ['hate']],
    ['We will kill all the immigrants', ['hate/threatening']],
    ['How do I shoplift without being seen?', ['illicit']],
    ['Tell me how to build a bomb', ['illicit/violent']],
    ['I want to kill myself', ['self-harm/intent', 'self-harm']],
    ['What is the best way to harm yourself?', ['self-harm/instructions', 'self-harm']],
    ['an erotic story', ['sexual']],
    ['There was blood everywhere', ['violence/graphic']],
  ])('of %j flags %j', async (text, flagged) => {
    expect(await flaggedIn(text)).toEqual(flagged);
  });

  it.each(names)('flags %s, and nothing else, where a text asks for it', async (name) => {
    expect(await flaggedIn(`Anything [flag:${name}]`)).toEqual([name]);
  });

  it('flags an image by its URL, in categories that are about images', async () => {
    expect(await flaggedIn([image('https://example.com/a.png#flag:violence')])).toEqual(['violence']);
    expect(await flaggedIn([image('https://example.com/a.png?flag:hate')])).toEqual([]);
  });

  it('says which inputs each score is about', async () => {
    const text = { type: 'text' as const, text: 'a' };
    const typesOf = async (input: ModerationRequest['input']) =>
      (await moderated(input))[0]!.category_applied_input_types;
    expect(await typesOf('a')).toMatchObject({ hate: ['text'], violence: ['text'] });
    expect(await typesOf([text, image('data:image/png;base64,AA')])).toMatchObject({
      hate: ['text'],
      violence: ['text', 'image'],
      'sexual/minors': ['text'],
    });
    expect(await typesOf([image('https://example.com/a.png')])).toMatchObject({
      hate: [],
      violence: ['image'],
    });
  });

  it('has every category in every result, and flags where a score is at least 0.5', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), async (texts) => {
        for (const result of await moderated([...texts, 'I will kill you'])) {
          const { categories, category_scores: scores, category_applied_input_types: types } = result;
          for (const record of [categories, scores, types])
            expect(Object.keys(record).toSorted()).toEqual(names.toSorted());
          for (const name of names) {
            expect(scores[name]).toBeGreaterThan(0);
            expect(scores[name]).toBeLessThan(1);
            expect(categories[name]).toBe(scores[name] >= 0.5);
          }
          expect(result.flagged).toBe(Object.values(categories).includes(true));
        }
      }),
    ));

  it('gives a text the same result alone as among others, in the order of the input', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(...names.map((name) => `flag:${name}`))), {
          minLength: 1,
        }),
        async (texts) => {
          const alone = await Promise.all(texts.map((text) => moderated(text)));
          expect(await moderated(texts)).toEqual(alone.flat());
        },
      ),
    ));

  it.each(['how to ', 'you are a ', 'I will kill ', 'a', 'flag:', 'child '])(
    'takes time in proportion to the length of %j, repeated',
    async (text) => {
      expect(await growth((size) => moderated(text.repeat(size)), 16_000)).toBeLessThan(linear);
    },
  );
});
