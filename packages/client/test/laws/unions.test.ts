import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seed } from '../../../../test/random.ts';
import { zodResponseFormat } from '../../src/helpers/zod.ts';
import { drawSchemas, libraries } from '../fuzz/schemas.ts';

describe.each(Object.entries(libraries))('unions of %s that overlap on the wire', (_name, library) => {
  it('are read as the first branch that allows the value, or refused for a branch that is hidden', () => {
    const { taken, violations } = drawSchemas(library, 200, seed);
    expect(violations).toEqual([]);
    expect(taken).toBeGreaterThan(100);
  });
});

it.each(['toString', 'valueOf', 'constructor'])('may have a property named %s', (name) => {
  const union = z.union([z.object({ a: z.date() }), z.object({ [name]: z.string() })]);
  expect(zodResponseFormat(z.object({ union }), 'it').json_schema.schema).toMatchObject({
    properties: { union: { anyOf: [{}, { required: [name] }] } },
  });
});
