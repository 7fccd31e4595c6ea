/** Handles finish reasons that the API does not have. */

const brokenOff = new Set<unknown>(['error', 'model_length', 'insufficient_system_resource']);

/** Whether the server gave up half way: arguments that can be parsed may be the beginning of longer ones. */
export function isBrokenOff(reason: unknown): boolean {
  return brokenOff.has(reason);
}
