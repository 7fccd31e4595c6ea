import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { atOnce } from '../slices.ts';
import { jsonInSlices, jsonResponse } from './json.ts';

/** Texts longer than what is written at once, with characters of every kind at the cuts. */
const longText = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }))
  .map(([shift, unit]) => 'x'.repeat(shift) + unit.repeat(Math.ceil(70_000 / unit.length)));
const halves = fc.constantFrom('😀'.repeat(40_000), `a${'😀'.repeat(40_000)}`, '\ud83d'.repeat(70_000));
const text = fc.oneof({ weight: 6, arbitrary: fc.string() }, longText, halves);
const { tree: value } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 8 },
    text,
    fc.constantFrom(null, true, 1.5),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.oneof(fc.integer(), text), { minLength: 60, maxLength: 70 }),
    fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
  ),
}));

it('JSON in slices is that of JSON.stringify', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (content) => {
      const whole = JSON.stringify({ content, left: undefined });
      expect(atOnce(jsonInSlices({ content, left: undefined })) === whole).toBe(true);
      expect((await (await jsonResponse({ content })).text()) === whole).toBe(true);
    }),
    { numRuns: 60 },
  );
});
