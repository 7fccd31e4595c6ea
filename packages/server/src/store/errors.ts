/** Errors of databases that cannot be used, and of requests for items that do not exist. */
import { ApiError } from '../http/errors.ts';

/** A database that cannot be used. The message names it and says why. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code = 'ERR_DATABASE';
}

/** Errors of drivers and of the migrator, and what they mean. */
const reasons: [sign: string, reason: string][] = [
  [
    'Unable to open connection',
    'it cannot be opened. Check that its folder exists and that you may write to it.',
  ],
  ['readonly database', 'it is read-only.'],
  ['already exists', 'it has tables of another program.'],
  ['previously executed migration', 'it was written by a newer version of colloquy-server.'],
];

export function unusable(name: string, cause: unknown): DatabaseError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = reasons.find(([sign]) => message.includes(sign))?.[1] ?? `${message}.`;
  return new DatabaseError(`Cannot use '${name}' as the database: ${reason}`, { cause });
}

/** Why a database that was opened cannot do its work any more. Undefined for an error that is not about that. */
export function failureOf(error: unknown): string | undefined {
  if (error instanceof ApiError) return error.message;
  const {
    code = '',
    message = '',
    severity,
  } = error as { code?: string; message?: string; severity?: string };
  return code.startsWith('SQLITE_') || severity !== undefined ? message : undefined;
}

export function noSuchCursor(after: string): ApiError {
  return new ApiError(
    404,
    `Invalid 'after': there is no item with the id '${after.slice(0, 80)}' in this list.`,
    {
      param: 'after',
      code: 'not_found',
    },
  );
}

export function alreadyStored(id: string): ApiError {
  return new ApiError(409, `A completion with the id '${id}' is already stored.`, { code: 'already_exists' });
}
