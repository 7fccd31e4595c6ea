// Runs one script against both packages and holds the outcomes against each other.
import { expect, test } from 'vitest';
import { describe as plain, describeError } from './describe.ts';
import { knownDifferences } from './known-differences.ts';
import { type Package, ours, theirs } from './packages.ts';
import { settle } from './tally.ts';

/** What a script says about one package; anything it throws becomes part of the outcome. */
export type Script = (from: Package) => unknown;

/** Both packages give the same outcome. */
export function same(name: string, script: Script): void {
  test(name, async () => {
    const [mine, original] = await outcomes(script);
    settle(equal(mine, original) ? 'equal' : 'unknown');
    expect(mine).toEqual(original);
  });
}

/** The same for many generated inputs in one test: each counts as a script of its own. */
export async function expectSame(script: Script): Promise<void> {
  const [mine, original] = await outcomes(script);
  settle(equal(mine, original) ? 'equal' : 'unknown');
  expect(mine).toEqual(original);
}

/**
 * The packages differ on purpose, as the entry `id` of known-differences.ts says; `check` states what ours gives. The
 * test fails when the difference is gone, so no entry outlives its reason.
 */
export function differs(
  id: string,
  name: string,
  script: Script,
  check: (mine: any, original: any) => void,
): void {
  test(`${name} [${id}]`, async () => {
    expect(knownDifferences.map((difference) => difference.id)).toContain(id);
    const [mine, original] = await outcomes(script);
    settle('known');
    expect(mine).not.toEqual(original);
    check(mine, original);
  });
}

async function outcomes(script: Script): Promise<[unknown, unknown]> {
  return [await outcome(script, ours), await outcome(script, theirs)];
}

async function outcome(script: Script, from: Package): Promise<unknown> {
  try {
    return plain(await script(from), from);
  } catch (error) {
    return { threw: describeError(error, from) };
  }
}

function equal(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}
