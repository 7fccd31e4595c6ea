import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../slices.ts';
import { edited, type Edits } from './members.ts';

const edit = (text: string, edits: Edits): string =>
  Buffer.from(atOnce(edited(Buffer.from(text), edits))).toString();

const edits: Edits = new Map<string, { remove: true } | { value: unknown }>([
  ['store', { remove: true }],
  ['metadata', { remove: true }],
  ['model', { value: 'other "name"' }],
]);

const space = fc.constantFrom('', ' ', '\n  ', '\t', '\r\n');
const key = fc.oneof(
  fc.constantFrom(
    '"store"',
    '"metadata"',
    '"model"',
    '"st\\u006fre"',
    '"stores"',
    '"a\\"store\\""',
    '"\\\\"',
    '"é"',
  ),
  fc.string().map((text) => JSON.stringify(text)),
);
const value = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    '12345678901234567890',
    '1.0',
    '-0',
    '1e400',
    '"\\\\"',
    '"\\\\\\""',
    '"}]"',
    '{"store":[1,{"a":"]"}]}',
    'null',
    '[]',
    '{}',
  ),
);
const object = fc
  .tuple(space, fc.array(fc.tuple(key, space, space, value, space, space), { maxLength: 6 }), space)
  .map(([before, members, after]) => ({
    before,
    after,
    members: members.map(([name, a, b, text, c, d]) => ({
      name,
      text,
      member: `${name}${a}:${b}${text}`,
      c,
      d,
    })),
  }));
const written = (members: { member: string; c: string; d: string }[]): string =>
  members
    .map(({ member, c, d }, index) => (index < members.length - 1 ? `${member}${c},${d}` : `${member}${c}`))
    .join('');

describe('edited', () => {
  it('removes and replaces what it is told, and leaves the text of every other member as it was', () => {
    fc.assert(
      fc.property(object, ({ before, members, after }) => {
        const text = `${before}{${before}${written(members)}}${after}`;
        const result = edit(text, edits);
        const kept = members.filter(
          ({ name }) => !['store', 'metadata'].includes(JSON.parse(name) as string),
        );
        const wanted = kept.map(({ name, text: own }) => [
          name,
          JSON.parse(name) === 'model' ? JSON.stringify('other "name"') : own,
        ]);
        const parsed: unknown = JSON.parse(result);
        expect(parsed).toEqual(JSON.parse(`{${wanted.map((pair) => pair.join(':')).join(',')}}`));
        for (const { name, member } of kept)
          if (JSON.parse(name) !== 'model') expect(result).toContain(member);
        if (kept.length === members.length && !kept.some(({ name }) => JSON.parse(name) === 'model'))
          expect(result).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['{"store":true,"model":"a"}', '{"model":"other \\"name\\""}'],
    ['{ "n": 1 , "store": true }', '{ "n": 1 }'],
    ['{"store": true}', '{}'],
    [
      '{\n  "model": "a",\n  "metadata": {"a": "}"},\n  "seed": 12345678901234567890\n}',
      '{\n  "model": "other \\"name\\"",\n  "seed": 12345678901234567890\n}',
    ],
    ['{"model":"a","model":"b"}', '{"model":"other \\"name\\"","model":"other \\"name\\""}'],
    ['\ufeff{"store":1}', '\ufeff{}'],
  ])('makes %j into %j', (text, result) => {
    expect(edit(text, edits)).toBe(result);
  });

  it('returns the same bytes when there is nothing to change', () => {
    const bytes = Buffer.from('{"a":1}');
    expect(atOnce(edited(bytes, edits))).toBe(bytes);
  });

  it('changes a long body', () => {
    const text = `{"messages":"${'\\\\'.repeat(500_000)}","store":true,"n":[${'"a",'.repeat(200_000)}1]}`;
    expect(edit(text, edits).length).toBe(text.length - '"store":true,'.length);
  });
});
