/** Why a database cannot be used, and the failures of requests that name something the store does not have. */
import { ApiError } from '../http/errors.ts';

/** The database cannot be used; the message says which one and why. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code = 'ERR_DATABASE';
}

/** What drivers and the migrator say in words of their own, in ours. */
const reasons: [sign: string, reason: string][] = [
  ['Unable to open connection', 'it cannot be opened; is its folder there, and may it be written to?'],
  ['readonly database', 'it may not be written to.'],
  ['already exists', 'it holds tables of another program.'],
  ['previously executed migration', 'it was written by a newer version of colloquy-server.'],
];

export function unusable(name: string, cause: unknown): DatabaseError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = reasons.find(([sign]) => message.includes(sign))?.[1] ?? `${message}.`;
  return new DatabaseError(`Cannot use '${name}' as the database: ${reason}`, { cause });
}

export function noSuchCursor(after: string): ApiError {
  return new ApiError(
    404,
    `Invalid 'after': there is nothing with the id '${after.slice(0, 80)}' in this list.`,
    {
      param: 'after',
      code: 'not_found',
    },
  );
}

export function alreadyStored(id: string): ApiError {
  return new ApiError(409, `A completion with the id '${id}' is already stored.`, { code: 'already_exists' });
}
