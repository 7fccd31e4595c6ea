/** Checks whether a schema accepts `null`, so that a property can be absent although it is required. */
import { isObject, type Schema } from './keywords.ts';
import { trace } from './pointer.ts';

/**
 * A predicate that remembers its results, so that testing every schema of `root` takes time linear in its size, however
 * references are shared. A schema that refers to itself accepts null if something else in it does.
 *
 * `not` and `if` are taken to exclude null, and of `oneOf` exactly one branch has to accept it. A schema without a type
 * accepts null, unless it has an `implied` one.
 */
export function nullAcceptance(
  root: Schema,
  implied: (schema: Schema) => unknown = () => undefined,
): (schema: unknown) => boolean {
  const known = new Map<Schema, boolean>();
  const open = new Set<Schema>();
  /** Schemas that were counted as "no" because the question about them was still open. */
  const assumed = new Set<Schema>();
  let undecided: Schema[] = [];

  function accepts(schema: unknown): boolean {
    if (!isObject(schema)) return schema === true;
    const answer = known.get(schema);
    if (answer !== undefined) return answer;
    if (open.has(schema)) {
      assumed.add(schema);
      return false;
    }
    open.add(schema);
    // Decided here and not in a function of its own: references may lead on many times, and the stack is only so deep.
    const { $ref, type, enum: values, anyOf, allOf, oneOf } = schema;
    const yes =
      $ref === undefined
        ? !('not' in schema || 'if' in schema) &&
          (type === undefined ? !implied(schema) : [type].flat().includes('null')) &&
          (!('const' in schema) || schema['const'] === null) &&
          (!Array.isArray(values) || values.includes(null)) &&
          (!Array.isArray(anyOf) || anyOf.some(accepts)) &&
          (!Array.isArray(allOf) || allOf.every(accepts)) &&
          (!Array.isArray(oneOf) || oneOf.filter(accepts).length === 1)
        : accepts(trace(root, $ref)?.target);
    open.delete(schema);
    if (yes) known.set(schema, true);
    else undecided.push(schema);
    if (!open.size) {
      // A "no" that rests on an assumption which turned out wrong is forgotten.
      if (![...assumed].some((schema) => known.get(schema))) for (const no of undecided) known.set(no, false);
      assumed.clear();
      undecided = [];
    }
    return yes;
  }

  return accepts;
}
