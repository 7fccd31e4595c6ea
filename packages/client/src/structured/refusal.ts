/** Errors that say why a schema cannot be sent. */
import type { Schema } from './keywords.ts';
import type { Note } from './notes.ts';

export interface Refusal extends Error {
  /** Where the schema breaks a rule: keywords, names and indexes, joined by slashes; `<root>` for the root. */
  path: string;
  /** The keyword, or what the validator's library calls the type. */
  rule: string;
  /** What to write instead. */
  advice?: string;
}

/**
 * What happens with a refusal: {@link raise}, unless all of them are wanted. Nothing more is said of a `schema` that is
 * given too, so that it can be made anything.
 */
export type Report = (refusal: Refusal, schema?: Schema) => void;

/** How a schema is converted. */
export interface Inspection {
  report: Report;
  /** Called with each schema of a library and its JSON Schema: what of it only the validator checks. */
  look?: (schema: any, json: Schema) => Note[];
}

export const raise: Report = (refusal) => {
  throw refusal;
};

export const plainly: Inspection = { report: raise };

export const refusal = (
  path: string,
  rule: string,
  message: string,
  Kind: new (message: string) => Error = Error,
): Refusal => Object.assign(new Kind(message), { path, rule });

/** For a schema that strict mode has no form for: `breaks` says which rule it breaks, and ends with "and" or "which". */
export const notStrict = (path: string, rule: string, breaks: string, Kind?: ErrorConstructor): Refusal =>
  refusal(
    path,
    rule,
    `Schema at \`${path}\` ${breaks} cannot be represented in strict Structured Outputs.`,
    Kind,
  );

export const unsupportedKeyword = (keyword: string, path: string): Refusal =>
  notStrict(path, keyword, `uses unsupported keyword \`${keyword}\` and`);
