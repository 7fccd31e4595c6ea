/** The report of `everyFailure`, as data and as text. */
import type { VariantGroup } from './variant.ts';

export type ProblemKind = 'hung' | 'lost text' | 'untyped' | 'rejected' | 'unhandled';

/** What each kind of problem means, for people. */
const meanings: Record<ProblemKind, string> = {
  hung: 'still running after the time limit',
  'lost text': 'ended without an error, but text is missing',
  untyped: 'rejected with an untyped error, without a status or code',
  rejected: 'rejected although the response was complete',
  unhandled: 'left a rejected promise that nothing handles',
};

export interface VariantResult {
  /** `cut after event 3 of 12`. */
  variant: string;
  group: VariantGroup;
  /** Which request of the run it was, from 1. */
  request: number;
  outcome: 'delivered' | 'failed' | 'hung';
  problem?: ProblemKind;
  /** What `run` did. */
  detail: string;
  ms: number;
}

/** A result with a problem. */
export type Problem = VariantResult & { problem: ProblemKind };

export class FailureReport {
  /** One result for each variant, in the order in which they ran. */
  readonly results: readonly VariantResult[];

  constructor(results: readonly VariantResult[]) {
    this.results = results;
  }

  get problems(): Problem[] {
    return this.results.filter((result): result is Problem => result.problem !== undefined);
  }

  /** Throws an `Error` with the report as its message if there is a problem. */
  assert(): void {
    if (this.problems.length > 0) throw new Error(String(this));
  }

  /** A readable report: the problems by kind, each with its variant. */
  toString(): string {
    const { problems, results } = this;
    const lines = [`${results.length} variants, ${problems.length} with a problem`];
    const isSeveral = results.some(({ request }) => request > 1);
    for (const [kind, meaning] of Object.entries(meanings)) {
      const found = problems.filter(({ problem }) => problem === kind);
      if (found.length === 0) continue;
      lines.push('', `${kind}: ${meaning}`);
      for (const { variant, request, detail } of found) {
        lines.push(`  ${isSeveral ? `request ${request}: ` : ''}${variant}: ${detail}`);
      }
    }
    return lines.join('\n');
  }
}
