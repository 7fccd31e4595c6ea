/**
 * Terms: the numbers under which a completion is found by its model and its metadata. Every condition is a term, and so are
 * every two conditions together. A term is a hash, so that rows are small and need no table of names. Two conditions may share
 * a hash by chance: after reading rows by a term, check the completions themselves with `matches`.
 */
import { hash } from 'node:crypto';
import type { Metadata } from './schema.ts';

/** What a filter asks of a completion, as text that no other condition has. */
export type Condition = string;

export const modelIs = (model: string): Condition => `:${JSON.stringify(model)}`;

export const pairIs = (key: string, value: string): Condition =>
  `${JSON.stringify(key)}:${JSON.stringify(value)}`;

/** The conditions that a completion meets. */
export function conditionsOf(model: string, metadata: Metadata | null): Condition[] {
  return [modelIs(model), ...Object.entries(metadata ?? {}).map(([key, value]) => pairIs(key, value))];
}

/** The term of one condition, or of two in any order. */
export function termOf(project: string, one: Condition, two: Condition = one): number {
  const both = one < two ? `${one},${two}` : one === two ? one : `${two},${one}`;
  const digest = hash('sha256', `${JSON.stringify(project)}${both}`, 'buffer');
  // 53 bits, so that it is exact as a number of JavaScript.
  return digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3);
}

/** All terms of a completion that meets these conditions: `n * (n + 1) / 2` for `n` conditions, each once. */
export function termsOf(project: string, conditions: readonly Condition[]): number[] {
  const terms = new Set<number>();
  for (const [index, one] of conditions.entries())
    for (const two of conditions.slice(index)) terms.add(termOf(project, one, two));
  return [...terms];
}

/** Whether a completion of this model and metadata meets all of `wanted`. */
export function matches(
  { model, metadata }: { model: string; metadata: string | null },
  wanted: readonly Condition[],
): boolean {
  const met = new Set(conditionsOf(model, metadata === null ? null : (JSON.parse(metadata) as Metadata)));
  return wanted.every((condition) => met.has(condition));
}
