/** Promises that somebody may stop waiting for. */

/** A rejection of the promise is seen by those who await it, and is never unhandled. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

export function ignore(): void {}
