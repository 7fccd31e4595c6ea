/** The types of a check and its results. */
import type { DeviationName } from './deviations.ts';
import type { Exchange } from './exchange.ts';
import type { ProbeName } from './probes.ts';

/** `undecided`: the server may have it, but this run could not show it. */
export type Outcome = 'pass' | 'deviation' | 'missing' | 'undecided';

/** A deviation, under the name it has in the sandbox. */
export interface Found {
  name: DeviationName;
  /** What tells it from others of its name: a field, a word. */
  detail?: string;
}

export interface Verdict {
  outcome: Outcome;
  deviations: Found[];
  /** What was seen, where that says more than the outcome. */
  note?: string;
}

export const groups = {
  models: 'Models',
  create: 'Completions',
  parameters: 'Parameters',
  stream: 'Streams',
  usage: 'Usage',
  tools: 'Tools',
  schemas: 'Schemas',
  logprobs: 'Log probabilities',
  errors: 'Errors',
  stored: 'Stored completions',
  aborts: 'Aborted requests',
  headers: 'Headers',
} as const;

export type Group = keyof typeof groups;

export interface Check {
  /** `<group>.<name>`. */
  id: `${Group}.${string}`;
  /** What a server that passes does. */
  title: string;
  /** The requests whose responses are judged. */
  probe: ProbeName | readonly [ProbeName, ...ProbeName[]];
  /**
   * Judges the first response of each probe, then the others of the first. Unless `judgesFailures`, all of the first ones are
   * good: whole, and with a status of 2xx.
   */
  judge(...responses: Exchange[]): Verdict;
  judgesFailures?: true;
  /** What a client should do if the server does not do that. */
  missing: string;
  /** Where the behavior is described. Default: the API reference. */
  source?: string;
}

export const pass = (note?: string): Verdict => ({ outcome: 'pass', deviations: [], ...noteOf(note) });
export const missing = (note?: string): Verdict => ({ outcome: 'missing', deviations: [], ...noteOf(note) });
export const undecided = (note: string): Verdict => ({ outcome: 'undecided', deviations: [], note });

/** A pass when nothing was found. */
export function deviating(found: readonly (Found | undefined | false)[], note?: string): Verdict {
  const deviations = found.filter((one) => one !== undefined && one !== false);
  return deviations.length === 0 ? pass(note) : { outcome: 'deviation', deviations, ...noteOf(note) };
}

/** `missing` when there is something to say against it. */
export const unless = (problem: string | undefined | false, note?: string): Verdict =>
  problem ? missing(problem) : pass(note);

const noteOf = (note: string | undefined): { note?: string } => (note === undefined ? {} : { note });
