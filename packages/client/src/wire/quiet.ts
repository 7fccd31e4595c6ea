/** Promises that may be abandoned. */

/** A rejection of the promise is seen by those who await it, and is never unhandled. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

/** Whether `value` has to be waited for. */
export function isPromise(value: unknown): value is Promise<any> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

export function ignore(): void {}
