/** Regular expressions of schemas: compiled once, and run only where they cannot take for ever. */
import { isRisky } from './pattern.ts';

interface Expression {
  expression: RegExp | undefined;
  risky: boolean;
}

const known = new Map<string, Expression>();

/**
 * Whether `pattern` matches somewhere in `text`. What is no expression matches everything. An expression that may take
 * exponential time is only run on up to 24 characters; whether it matches a longer text, `unknown` says.
 */
export function matches(pattern: string, text: string, unknown = true): boolean {
  let found = known.get(pattern);
  if (!found) {
    if (known.size > 500) known.clear();
    found = { expression: compiled(pattern, 'u') ?? compiled(pattern, ''), risky: isRisky(pattern) };
    known.set(pattern, found);
  }
  if (found.risky && text.length > 24) return unknown;
  return found.expression?.test(text) ?? true;
}

/** JSON Schema reads patterns with `u`; some that people write are only expressions without it. */
function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
