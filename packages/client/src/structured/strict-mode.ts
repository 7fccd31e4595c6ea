/** The rules of strict mode, for programs that check schemas without changing them. */
import { formats, needsBacktracking, unsupported } from './rules.ts';
import { addSize, emptySize, exceededBy, limits, type SchemaSize, type SizeLimit, tooLarge } from './size.ts';

export interface StrictMode {
  /** The values of `format` that it takes. */
  readonly formats: readonly string[];
  /** Matches what it refuses in a `pattern`: lookaround and references back to a group. */
  readonly needsBacktracking: RegExp;
  /** The keywords that it refuses. */
  readonly unsupported: ReadonlySet<string>;
  /** How large a schema may be. */
  readonly limits: readonly SizeLimit[];
  /** The size of nothing. */
  emptySize(): SchemaSize;
  /**
   * Adds `schema` to `size`, without the schemas inside it, and returns how many levels of objects those have around them.
   * `around` is how many `schema` itself has; definitions begin with 0.
   */
  addSize(size: SchemaSize, schema: Record<string, unknown>, around: number): number;
  /** The limits that `size` exceeds. */
  exceededBy(size: SchemaSize): SizeLimit[];
  /** A sentence about a limit that `size` exceeds. */
  tooLarge(size: SchemaSize, limit: SizeLimit): string;
}

export const strictMode: StrictMode = {
  formats,
  needsBacktracking,
  unsupported,
  limits,
  emptySize,
  addSize,
  exceededBy,
  tooLarge,
};
