// Turns whatever a script produced into plain data that two packages can be compared by: classes become their names,
// errors their documented fields, and what is random or dated (ids, versions, ports, durations) becomes a placeholder.
import type { Package } from './packages.ts';

const errorNames = [
  'OpenAIError',
  'APIError',
  'APIConnectionError',
  'APIConnectionTimeoutError',
  'APIUserAbortError',
  'BadRequestError',
  'AuthenticationError',
  'PermissionDeniedError',
  'NotFoundError',
  'ConflictError',
  'UnprocessableEntityError',
  'RateLimitError',
  'InternalServerError',
] as const;

export function describeError(error: unknown, from: Package, depth = 0): unknown {
  if (!(error instanceof Error)) return { thrown: describe(error, from) };
  const fields = error as unknown as Record<string, unknown>;
  const known: Record<string, unknown> = {
    class: error.constructor.name,
    name: error.name,
    message: plainText(error.message, from),
    is: errorNames.filter((name) => error instanceof (from.errors[name] as unknown as new () => Error)),
  };
  for (const key of ['status', 'code', 'param', 'type', 'requestID', 'error', 'headers'])
    if (key in fields) known[key] = describe(fields[key], from);
  if (error.cause !== undefined && depth < 3) known['cause'] = describeError(error.cause, from, depth + 1);
  return known;
}

export function describe(value: unknown, from: Package): unknown {
  if (typeof value === 'string') return plainText(value, from);
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined) return '[undefined]';
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : value;
  if (value instanceof Error) return describeError(value, from);
  if (value instanceof Headers)
    return { headers: Object.fromEntries([...value].filter(([name]) => name !== 'date')) };
  if (value instanceof Response) return { response: value.status, headers: describe(value.headers, from) };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map((item) => describe(item, from));
  // Two leading underscores mark the original's internal options, which nobody may rely on.
  const shown = Object.entries(value).filter(([key]) => !key.startsWith('__') || key === '__proto__');
  const entries = shown.map(([key, item]) => [key, describe(item, from)]);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = prototype?.constructor?.name;
  return name && name !== 'Object'
    ? { '[class]': name, ...Object.fromEntries(entries) }
    : Object.fromEntries(entries);
}

/** Versions, ports and random ids would differ between two runs of one package too; for the reason, see `connection-reason`. */
function plainText(text: string, from: Package): string {
  return text
    .replaceAll(from.version, '<version>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<host>')
    .replaceAll(
      /(Connection error\.|Request timed out\.) (The|No) (request|response|complete|platform).*?(?= <- |$)/gm,
      '$1',
    )
    .replaceAll(/log_[0-9a-f]{6}/g, 'log_<id>')
    .replaceAll(/in \d+ms/g, 'in <n>ms')
    .replaceAll(/-{4,}formdata-[a-z]+-\d+|-{4,}[A-Za-z0-9]{16,}/g, '<boundary>');
}
