import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../random.ts';
import { cpuMs, least } from '../../../../../test/timing.ts';
import { Expressions } from './expressions.ts';
import { patternSampler, stepsOf } from './pattern.ts';

const patterns = [
  '^abc$',
  '^[a-z]+$',
  '^[^a-z]{2,5}$',
  '^\\d{3}-\\d{4}$',
  '^(foo|ba[rz])+$',
  '^\\w+@\\w+\\.(com|org)$',
  '^(?<year>\\d{4})-\\d\\d$',
  '^(.)\\1$',
  '^\\p{Lu}\\p{Ll}*$',
  '^[\\p{Script=Greek}]{3}$',
  '^\\u0041\\x42\\u{43}$',
  '^[\\w.-]+$',
  '^a{0}b?c{2,}$',
  '^\\$\\d+\\.\\d{2}$',
  'x|y|z',
  '^[A-Z]{2}\\s\\S$',
  '^[\\]\\\\^-]+$',
  '^#(?:[0-9a-f]{3}){1,2}$',
  '^\\/items\\/\\d+$',
  '^[\\d-]{4}$',
  '^\\t[\\n]$',
  '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48])-02-29|\\d{4}-(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01]))$',
];

describe('patternSampler', () => {
  it.each(patterns)('writes only texts that %s matches', (pattern) => {
    const write = patternSampler(pattern);
    const written = Array.from(
      { length: 200 },
      (_, seed) => write?.(randomFrom(seed), seed % 9) ?? 'unreadable',
    );
    expect(written.filter((text) => !new RegExp(pattern, 'u').test(text))).toEqual([]);
  });

  it('writes different texts where there is a choice', () => {
    const write = patternSampler('^[a-z]{8}$');
    expect(
      new Set(Array.from({ length: 50 }, (_, seed) => write?.(randomFrom(seed), 1))).size,
    ).toBeGreaterThan(40);
  });

  it('writes what an expression of any shape matches', () => {
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('a', '[b-d]', '\\d', '.', '[^x]', '\\w', 'é', '\\.'),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}${b}`),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(tie('node'), fc.constantFrom('?', '*', '+', '{2}', '{1,3}', '{2,}'))
          .map(([a, quantifier]) => `(${a})${quantifier}`),
      ),
    }));
    fc.assert(
      fc.property(node, fc.integer(), (pattern, seed) => {
        const text = patternSampler(`^${pattern}$`)?.(randomFrom(seed), 2);
        expect(text === undefined || text.length > 200 || new Expressions().match(`^${pattern}$`, text)).toBe(
          true,
        );
        expect(text).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });

  it('gives up on what it cannot read instead of failing', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        const text = patternSampler(source)?.(randomFrom(source), 2) ?? '';
        expect(typeof text).toBe('string');
      }),
      { numRuns: 1000 },
    );
    const nested = `${'('.repeat(200_000)}a${')'.repeat(200_000)}`;
    for (const source of ['(', '[', 'a)', '\\', '(?<x', '(?i)a', '\\k<a>', nested])
      expect(patternSampler(source)).toBeUndefined();
  });
});

it('gives up on what writes little and repeats without end', () => {
  for (const source of ['^(((a{0}){1000}){1000}){1000}$', '^()(((\\1{1000}){1000}){1000})$'])
    expect(patternSampler(source)?.(randomFrom(1), 3)).toBeUndefined();
});

describe('matches', () => {
  const tooMany = 2 ** 21;

  it.each([
    '^(a+)+$',
    '^(a|a)*$',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]$',
    'a*a*a*a*b',
    'a*a*a*b(?=c)',
    '^(a?){30}a{30}$',
    '^((a{0,9}){0,9}){0,9}$',
  ])('never runs %s for long', async (pattern) => {
    expect(stepsOf(pattern)(1000)).toBeGreaterThan(tooMany);
    const matchAll = (): void => {
      for (let length = 1; length < 2000; length += 7)
        new Expressions().match(pattern, `${'a'.repeat(length)}!`);
    };
    expect(await least(3000, () => cpuMs(matchAll))).toBeLessThan(3000);
  });

  it('runs ordinary expressions on texts of any length', () => {
    for (const pattern of ['^[a-z]+$', '^\\d{4}-\\d{2}$', '^(foo|bar)$', '^[^@]+@[^@]+$'])
      expect(stepsOf(pattern)(1000)).toBeLessThan(tooMany);
    expect(new Expressions().match('^[a-z]+$', 'a'.repeat(1000))).toBe(true);
    expect(new Expressions().match('^[a-z]+$', `${'a'.repeat(1000)}1`)).toBe(false);
  });
});
