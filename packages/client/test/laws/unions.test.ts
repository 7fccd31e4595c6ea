import { describe, expect, it } from 'vitest';
import { seed } from '../../../../test/random.ts';
import { drawSchemas, libraries } from '../fuzz/schemas.ts';

describe.each(Object.entries(libraries))('unions of %s that overlap on the wire', (_name, library) => {
  it('are read as the first branch that allows the value, or refused for a branch that is hidden', () => {
    const { taken, violations } = drawSchemas(library, 200, seed);
    expect(violations).toEqual([]);
    expect(taken).toBeGreaterThan(100);
  });
});
