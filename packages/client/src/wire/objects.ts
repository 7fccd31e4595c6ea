/** Values that should be objects. */

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The objects in a list; undefined without a list. */
export function objectsIn<T>(list: readonly T[] | null | undefined): T[] | undefined {
  return Array.isArray(list) ? (list as T[]).filter((item) => isObject(item)) : undefined;
}
