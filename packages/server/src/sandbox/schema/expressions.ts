/** Regular expressions of schemas: compiled once, and run only where they cannot take for ever. */
import { stepsOf } from './pattern.ts';

interface Expression {
  expression: RegExp | undefined;
  /** At worst, on a text of some length. */
  steps(length: number): number;
}

const known = new Map<string, Expression>();

/** Steps one run may take at worst, and all runs between two refills: some milliseconds, and less than a second. */
const maxSteps = 2 ** 21;
const allSteps = 2 ** 28;
let left = allSteps;

/** To be called before a value is made, which is done in one go. */
export function refillSteps(): void {
  left = allSteps;
}

/**
 * Whether `pattern` matches somewhere in `text`. What is no expression matches everything. An expression that may take too
 * long on this text, or after all the others, is not run: whether it matches, `unknown` says.
 */
export function matches(pattern: string, text: string, unknown = true): boolean {
  let found = known.get(pattern);
  if (!found) {
    if (known.size > 500) known.clear();
    found = { expression: compiled(pattern, 'u') ?? compiled(pattern, ''), steps: stepsOf(pattern) };
    known.set(pattern, found);
  }
  const steps = found.steps(text.length);
  if (steps > Math.min(maxSteps, left)) return unknown;
  left -= steps;
  return found.expression?.test(text) ?? true;
}

/** Whether `pattern` is a regular expression at all. */
export function isExpression(pattern: string): boolean {
  return (compiled(pattern, 'u') ?? compiled(pattern, '')) !== undefined;
}

/** JSON Schema reads patterns with `u`; some that people write are only expressions without it. */
function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    const expression = new RegExp(pattern, flags);
    // Some are found to be too large only when they are first run.
    expression.test('');
    return expression;
  } catch {
    return undefined;
  }
}
