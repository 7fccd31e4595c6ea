/**
 * The end of an error message about a value that is not a schema: what was received, and what to do. `isSchema` is about
 * a field.
 */
export function gotInstead(value: unknown, isSchema: (field: any) => boolean): string {
  if (typeof value === 'function') return 'Got a function: call it.';
  const fields = Object(value) as Record<string, unknown>;
  if (Object.values(fields).some(isSchema)) {
    return 'Got an object of schemas: wrap it in `z.object({ ... })`.';
  }
  if (['type', 'properties', '$ref', 'anyOf'].some((key) => key in fields)) {
    return 'Got a JSON Schema, for example from TypeBox: send it without a helper, or pass it as `schema` with a validator.';
  }
  return `Got ${value === null ? 'null' : typeof value}.`;
}
