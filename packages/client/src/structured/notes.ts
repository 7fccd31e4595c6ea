/**
 * Rules of a schema that its JSON Schema does not contain, so that only the validator checks them. Until the schema is
 * sent, they are stored in it under a symbol, so that no code mistakes them for a keyword.
 */
const notes: unique symbol = Symbol('checked on parse');

export interface Note {
  /** A keyword of JSON Schema, or what the validator's library calls the rule. */
  rule: string;
  value?: unknown;
  why?: string;
}

/** Says that a function of the schema's author may refuse values. What it checks is unknown. */
export const byFunction: Note = { rule: 'custom' };

interface Noted {
  [notes]?: Note[] | undefined;
}

export const notesOf = (schema: object): Note[] => (schema as Noted)[notes] ?? [];

/** Adds `more` to what only the validator checks of `schema`; the same rule and value once. */
export function note<S extends object>(schema: S, ...more: Note[]): S {
  const all = [...notesOf(schema)];
  for (const one of more) {
    if (!all.some(({ rule, value }) => rule === one.rule && value === one.value)) all.push(one);
  }
  if (all.length) (schema as Noted)[notes] = all;
  return schema;
}

/** The notes of `schema`, which has none any more. */
export function takeNotes(schema: object): Note[] {
  const taken = notesOf(schema);
  delete (schema as Noted)[notes];
  return taken;
}
