/** Waits for several promises, and ignores none. */

/**
 * The values, in order, once every promise has settled. If any rejected, throws an Error that counts them and has the
 * reasons in `rejections`, which is not enumerable: they may hold what should not be printed.
 */
export async function allSettledWithThrow<R>(promises: Promise<R>[]): Promise<R[]> {
  const results = await Promise.allSettled(promises);
  const rejections = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
  if (rejections.length > 0) {
    throw Object.defineProperty(new Error(`${rejections.length} promise(s) failed`), 'rejections', {
      value: rejections,
    });
  }
  return results.map((result) => (result as PromiseFulfilledResult<R>).value);
}
