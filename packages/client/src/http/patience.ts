/** Which values `PatienceOptions` and `observe` may have, and whether those of the request or of the client apply. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { ObserveOptions, PatienceOptions } from './options.ts';

const above0 = (value: unknown): boolean => typeof value === 'number' && value > 0;

const expected: [keyof (PatienceOptions & ObserveOptions), string, (value: unknown) => boolean][] = [
  ['firstChunkTimeout', 'a number above 0', above0],
  ['idleTimeout', 'a number above 0', above0],
  ['maxRetryDelay', 'a number of at least 0', (value) => value === 0 || above0(value)],
  ['onTruncated', "'throw' or 'return'", (value) => value === 'throw' || value === 'return'],
  ['onMalformed', "'throw' or 'salvage'", (value) => value === 'throw' || value === 'salvage'],
  ['observe', 'a function', (value) => typeof value === 'function'],
];

/** Throws an OpenAIError that names the first option whose value cannot be. */
export function checkPatience(options: PatienceOptions & ObserveOptions): void {
  for (const [name, what, holds] of expected)
    if (options[name] !== undefined && !holds(options[name]))
      throw new OpenAIError(`${name} must be ${what}`);
}

/** What a request says, else its client. */
export function patience<Name extends keyof PatienceOptions>(
  { options, sender }: { options: PatienceOptions; sender: { _options?: PatienceOptions | undefined } },
  name: Name,
): PatienceOptions[Name] {
  return options[name] ?? sender._options?.[name];
}
