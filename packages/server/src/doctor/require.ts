/** Which checks a run must pass for its exit code to be 0. */
import { SettingError } from '../config.ts';
import { didYouMean } from '../spelling.ts';
import { groups } from './check.ts';
import { checks } from './checks/all.ts';
import type { Result } from './doctor.ts';

/** `pass`, groups and ids, as their list. Throws a `SettingError` for an unknown name. */
export function readRequired(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const known = ['pass', ...Object.keys(groups), ...checks.map(({ id }) => id)];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined || names.length === 0) {
    throw new SettingError(
      `must be pass, a check such as stream.done, or a group, not '${wrong ?? text}'.${didYouMean(wrong ?? '', known)} The groups are ${Object.keys(groups).join(', ')}`,
    );
  }
  return names;
}

/** The results that are required and show the server to be otherwise. What is undecided is not held against it. */
export function unmet(results: readonly Result[], required: readonly string[]): Result[] {
  const isRequired = ({ id, group }: Result): boolean =>
    required.includes('pass') || required.includes(group) || required.includes(id);
  return results.filter(
    (result) => isRequired(result) && (result.outcome === 'deviation' || result.outcome === 'missing'),
  );
}
