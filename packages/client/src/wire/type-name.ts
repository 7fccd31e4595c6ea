/** The type of a value that should be another, as `[object Null]`: nothing of what it holds. */
export function typeName(value: unknown): string {
  return Object.prototype.toString.call(value);
}
