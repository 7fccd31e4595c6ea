/** Timers for delays of any length. */

/** The longest delay a platform timer can hold, in milliseconds (about 24.8 days); a longer one would fire at once. */
const longest = 2 ** 31 - 1;

/** Calls `call` after `delayMs`, or after the longest delay there is. */
export function setTimer(call: () => void, delayMs: number): ReturnType<typeof setTimeout> {
  return setTimeout(call, Math.min(delayMs, longest));
}
