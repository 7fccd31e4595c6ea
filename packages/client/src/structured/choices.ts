/** Tries other readings of a value that a validator has refused: as other branches of its unions. */
import { type Place, type Reading, stepTo } from './wire-value.ts';

/** What is used of the issues of Zod, Valibot and ArkType. */
export interface Issue {
  path?: Iterable<unknown>;
  /** Issues of the branches of a union, or of a key. Their paths begin at the path of this one. */
  issues?: Issue[];
  /** In Zod 4 the same, with a list for each branch. In ArkType, issues with whole paths. */
  errors?: (Issue | Issue[])[];
  /** In Zod 3 the same, with whole paths. */
  unionErrors?: { issues: Issue[] }[];
}

/** The steps to each place where something is wrong. */
function stepsOf(found: Issue[], before: string[] = []): string[][] {
  return found.flatMap(({ path = [], issues = [], errors = [], unionErrors = [] }) => {
    const steps = [...before, ...Array.from(path, (key: any) => stepTo(key?.key ?? key))];
    const within = errors.flatMap((one) => (Array.isArray(one) ? one : []));
    const whole = errors.flatMap((one) => (Array.isArray(one) ? [] : one));
    return [
      steps,
      ...stepsOf([...issues, ...within], steps),
      ...stepsOf([...whole, ...unionErrors.flatMap(({ issues }) => issues)]),
    ];
  });
}

/** Which branch of a union the value at a place is read as. */
interface Choice {
  branches: unknown[];
  at: number;
}

/**
 * Readings of `value`, each for the issues of the one before it: the innermost union around a wrong place is read as its next
 * branch. When none is left, it is read as the first again, and the union around it as the next. What that takes grows with
 * the number of branches, not with that of their combinations.
 */
export function* readings(
  { read, branchesFor }: Reading,
  schema: unknown,
  value: unknown,
): Generator<unknown, void, Issue[]> {
  let issues = yield read(schema, value);

  const known = new Map<string, Choice>();
  const numbers = new Map<unknown, number>();
  const numberOf = (one: unknown): number => {
    if (!numbers.has(one)) numbers.set(one, numbers.size);
    return numbers.get(one)!;
  };
  /** The choices of the last reading by their path, the outer ones first. */
  const made = new Map<string, Choice[]>();
  const choose: Place['choose'] = (union, held, { path, within }) => {
    const key = `${numberOf(union)} ${numberOf(within)} ${path}`;
    if (!known.has(key)) known.set(key, { branches: branchesFor(union, held), at: 0 });
    const choice = known.get(key)!;
    made.set(path, [...(made.get(path) ?? []), choice]);
    return choice.branches[choice.at];
  };
  const again = (): unknown => {
    made.clear();
    return read(schema, value, { path: '', choose });
  };

  again();
  while (advance(made, issues)) issues = yield again();
}

/** Whether there are other branches to try. */
function advance(made: Map<string, Choice[]>, issues: Issue[]): boolean {
  const moving = new Set<Choice>();
  const outer = new Set<Choice>();
  for (const steps of stepsOf(issues)) {
    const around = ['', ...steps].flatMap((_, index) => made.get(steps.slice(0, index).join('')) ?? []);
    for (let choice; (choice = around.pop());) {
      if (choice.at + 1 < choice.branches.length) {
        moving.add(choice);
        for (const one of around) outer.add(one);
        break;
      }
      // Not to be tried again.
      choice.branches.length = 1;
      choice.at = 0;
    }
  }
  for (const choice of moving) if (!outer.has(choice)) choice.at++;
  return moving.size > 0;
}
