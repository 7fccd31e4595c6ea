/** Regular expressions of schemas: compiled once, and run only where they cannot take forever. */
import { maxPattern, stepsOf } from './pattern.ts';

interface Expression {
  expression: RegExp | undefined;
  /** At worst, on a text of some length. */
  steps(length: number): number;
}

const known = new Map<string, Expression>();

/** Steps that may be taken at worst by one run, by all runs between two pauses, and by all runs together: up to some tenths of a second. */
const maxSteps = 2 ** 21;
const stepsInOneGo = 2 ** 22;
const allSteps = 2 ** 26;

/** Runs expressions until all of them together have taken too long. */
export class Expressions {
  #left = allSteps;
  #leftNow = stepsInOneGo;

  /** To be called after each pause. */
  goOn(): void {
    this.#leftNow = stepsInOneGo;
  }

  /**
   * Whether `pattern` matches somewhere in `text`. A pattern that does not compile matches everything. An expression that may take too
   * long on this text, or after all the others, is not run: whether it matches, `unknown` says.
   */
  match(pattern: string, text: string, unknown = true): boolean {
    const { expression, steps } = readExpression(pattern);
    const most = steps(text.length);
    if (most > Math.min(maxSteps, this.#left, this.#leftNow)) return unknown;
    this.#left -= most;
    this.#leftNow -= most;
    return expression?.test(text) ?? true;
  }
}

function readExpression(pattern: string): Expression {
  let found = known.get(pattern);
  if (!found) {
    if (known.size > 500) known.clear();
    const isLong = pattern.length > maxPattern;
    found = { expression: isLong ? undefined : compiled(pattern), steps: stepsOf(pattern) };
    known.set(pattern, found);
  }
  return found;
}

/** Whether `pattern` is a regular expression at all, as far as it is read. */
export function isExpression(pattern: string): boolean {
  return pattern.length > maxPattern || compiled(pattern) !== undefined;
}

/** JSON Schema reads patterns with `u`; some that people write are only expressions without it. */
function compiled(pattern: string): RegExp | undefined {
  return compiledWith(pattern, 'u') ?? compiledWith(pattern, '');
}

function compiledWith(pattern: string, flags: string): RegExp | undefined {
  try {
    const expression = new RegExp(pattern, flags);
    // Some are found to be too large only when they are first run.
    expression.test('');
    return expression;
  } catch {
    return undefined;
  }
}
