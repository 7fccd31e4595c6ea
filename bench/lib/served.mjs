// What a server that is measured by itself is asked: by callers in another process, so that the CPU of this one is the server's.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { called } from './callers.mjs';

/** Milliseconds between two looks at the event loop: often enough for a stall that a caller feels, and cheap. */
const resolution = 10;

/** Gives the run of a server that listens at `url`. `per` is what its CPU is divided by: `requests` or `chunks`. */
export function served({ load, asked, per }, url) {
  return async () => {
    const delay = monitorEventLoopDelay({ resolution });
    delay.enable();
    const received = await called(load, { url, ...asked });
    delay.disable();
    return { ...received, units: received[per], stall: Math.max(0, delay.max / 1e6 - resolution) };
  };
}
