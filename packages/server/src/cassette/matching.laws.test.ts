import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matching } from './matching.ts';
import { describeDifferences, nearest } from './nearest.ts';
import { deepest, TooDeep, type ExchangeRequest } from './recording.ts';

const requestOf = (body: Record<string, unknown>, path = '/chat/completions'): ExchangeRequest => ({
  path,
  body,
});
const body = fc.dictionary(
  fc.oneof(
    fc.constantFrom('model', 'messages', 'stream', 'temperature', 'user', 'seed', '__proto__'),
    fc.string(),
  ),
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
);
const parsed = body.map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

/** The same value with the keys of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]) => [name, reversed(field)])
      .toReversed(),
  );
}

describe('Matching', () => {
  it('has one key for two requests exactly when it finds no differences', () => {
    const matching = new Matching(['seed', 'messages[0]']);
    fc.assert(
      fc.property(parsed, parsed, fc.boolean(), (a, b, same) => {
        const [recorded, requested] = [requestOf(a), requestOf(same ? (reversed(a) as typeof a) : b)];
        const differences = matching.differences(recorded, requested);
        expect(differences.length === 0).toBe(matching.keyOf(recorded) === matching.keyOf(requested));
        if (same) expect(differences).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('does not look at labels and ignored fields, at any place, and at all others', () => {
    const matching = new Matching([
      'seed',
      'messages[0].content',
      'messages[*].name',
      'tools[*].function.description',
    ]);
    const base = {
      model: 'm',
      messages: [
        { role: 'system', content: 'It is Monday' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'Does it' } }],
    };
    const key = matching.keyOf(requestOf(base));
    const changed: [isSame: boolean, extra: object][] = [
      [
        true,
        {
          user: 'u',
          metadata: { a: 'b' },
          store: true,
          seed: 7,
          safety_identifier: 'x',
          service_tier: 'flex',
        },
      ],
      [true, { temperature: null, stream: false, stream_options: null }],
      [
        true,
        {
          messages: [
            { role: 'system', content: 'It is Friday' },
            { role: 'user', content: 'Hi', name: 'Ann' },
          ],
        },
      ],
      [true, { tools: [{ type: 'function', function: { name: 'f' } }] }],
      [
        false,
        {
          messages: [
            { role: 'system', content: 'It is Monday' },
            { role: 'user', content: 'Ho' },
          ],
        },
      ],
      [false, { messages: [{ role: 'system', content: 'It is Monday' }] }],
      [false, { model: 'n' }],
      [false, { temperature: 0 }],
      [false, { stream: true }],
      [false, { stream_options: { include_usage: true } }],
      [false, { response_format: { type: 'json_object' } }],
      [false, { top_k: 1 }],
    ];
    for (const [isSame, extra] of changed) {
      expect([extra, matching.keyOf(requestOf({ ...base, ...extra })) === key]).toEqual([extra, isSame]);
    }
    expect(matching.keyOf(requestOf(base, '/completions'))).not.toBe(key);
  });

  it('refuses what is nested too deeply, and nothing less deep', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    const matching = new Matching();
    expect(() => matching.keyOf(requestOf({ a: nested(100_000) }))).toThrow(TooDeep);
    expect(() => matching.keyOf(requestOf({ a: nested(deepest) }))).toThrow(TooDeep);
    expect(matching.keyOf(requestOf({ a: nested(deepest - 1) }))).toMatch(/=$/);
  });
});

describe('nearest', () => {
  const ask = (content: string, extra: object = {}): ExchangeRequest =>
    requestOf({ model: 'm', messages: [{ role: 'user', content }], ...extra });
  const matching = new Matching();

  it('is a request with the same messages before one with the same parameters', async () => {
    const recorded = [
      ask('Translate this to French'),
      ask('What is the capital of Peru?', { temperature: 1, seed: 2 }),
    ];
    const found = await nearest(ask('What is the capital of Peru?', { temperature: 0 }), recorded, matching);
    expect(found).toBe(recorded[1]);
  });

  it('is the request whose message begins and ends alike', async () => {
    const recorded = [ask('Summarize chapter 1'), ask('What is the weather in Paris?'), ask('Hello')];
    expect(await nearest(ask('What is the weather in Rome?'), recorded, matching)).toBe(recorded[1]);
  });

  it('of no requests is none', async () => {
    expect(await nearest(ask('a'), [], matching)).toBeUndefined();
  });

  it('lets other work go on while it looks through thousands of long requests', async () => {
    const recorded = Array.from({ length: 4_000 }, (_, at) => ask(`${'word '.repeat(200)}${at}`));
    let turns = 0;
    let isLooking = true;
    const count = (): void => {
      turns++;
      if (isLooking) setImmediate(count);
    };
    setImmediate(count);
    const found = await nearest(ask(`${'word '.repeat(200)}3999`, { seed: 1 }), recorded, matching);
    isLooking = false;
    expect(found).toBe(recorded[3_999]);
    expect(turns).toBeGreaterThan(50);
  });
});

describe('describeDifferences', () => {
  const words = (recorded: object, requested: object): string =>
    describeDifferences(new Matching().differences(requestOf({ ...recorded }), requestOf({ ...requested })));

  it('names the field and both sides', () => {
    expect(words({ seed: 1, tools: [{ a: 1 }] }, { tools: [{ a: 2 }, {}], temperature: 0.5 })).toBe(
      'seed: recorded 1, requested nothing; tools[0].a: recorded 1, requested 2; ' +
        'tools[1]: recorded nothing, requested {}; temperature: recorded nothing, requested 0.5',
    );
  });

  it('shows long texts where they begin to differ, and few of many differences', () => {
    const long = (end: string): object => ({ prompt: `${'x'.repeat(500)}${end}${'y'.repeat(500)}` });
    expect(words(long('one'), long('two'))).toBe(
      `prompt: recorded …${'x'.repeat(20)}one${'y'.repeat(57)}…, requested …${'x'.repeat(20)}two${'y'.repeat(57)}…`,
    );
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`field${at}`, at]));
    expect(words(many, {})).toMatch(/; and 4 more$/);
  });
});
