/**
 * The rules of strict mode in one table, with the source of each. Keywords, formats, patterns and limits are those of
 * the client, which its schema helpers and `explainSchema` also use.
 */
import { strictMode } from 'colloquy/lib/transform';
import type { Source } from './source.ts';

type PlainSchema = Record<string, unknown>;

interface StrictRule {
  source: Source;
  /** Completes a sentence that begins with the place of the schema; undefined when the schema keeps the rule. */
  broken(schema: PlainSchema, at: Place): string | undefined;
}

/** Where a schema stands. */
export interface Place {
  isRoot: boolean;
}

const formats = new Set(strictMode.formats);

/** The client resolves `allOf` before strict mode sees it. */
const keywords = [...strictMode.unsupported, 'allOf'];

/** Say what a value may be. */
const telling = ['type', 'enum', 'const', 'anyOf', '$ref'];

/** May stand beside the `$ref` of a root. */
const besideRoot = new Set(['$ref', '$defs', 'definitions', '$schema', '$id', 'title', 'description']);

/** The rules for one schema, in the order in which they are held. */
export const strictRules: readonly StrictRule[] = [
  {
    source: 'guide',
    broken(schema) {
      const name = keywords.find((keyword) => Object.hasOwn(schema, keyword));
      return name && `'${name}' is not permitted.`;
    },
  },
  {
    source: 'guide',
    broken: (schema, { isRoot }) =>
      isRoot && Object.hasOwn(schema, 'anyOf') ? "'anyOf' is not permitted at the root." : undefined,
  },
  {
    source: 'reported',
    broken: (schema) =>
      telling.some((keyword) => Object.hasOwn(schema, keyword))
        ? undefined
        : "schema must have a 'type' key.",
  },
  {
    source: 'reported',
    broken(schema, { isRoot }) {
      if (!Object.hasOwn(schema, '$ref')) return undefined;
      const beside = Object.keys(schema).filter((key) => (isRoot ? !besideRoot.has(key) : key !== '$ref'));
      const shown = beside.map((key) => `'${key}'`).join(', ');
      return beside.length > 0 ? `$ref cannot have keywords {${shown}}.` : undefined;
    },
  },
  {
    source: 'reported',
    broken: ({ format }) =>
      typeof format === 'string' && !formats.has(format) ? `'${format}' is not a valid format.` : undefined,
  },
  {
    source: 'reported',
    broken: ({ pattern }) =>
      typeof pattern === 'string' && strictMode.needsBacktracking.test(pattern)
        ? "'pattern' must not have lookaround or references back to a group."
        : undefined,
  },
];
