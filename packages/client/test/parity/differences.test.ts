// The list of known differences is a list people read: every entry has a name of its own, and says what and why.
import { expect, test } from 'vitest';
import { knownDifferences } from './known-differences.ts';

test('every difference has its own id and says what and why', () => {
  const ids = knownDifferences.map((difference) => difference.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, what, why } of knownDifferences) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(what.length).toBeGreaterThan(20);
    expect(why.length).toBeGreaterThan(10);
  }
});
