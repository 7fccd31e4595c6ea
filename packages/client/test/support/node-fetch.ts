/** A fetch of `colloquy/node` for one test. */
import { onTestFinished } from 'vitest';
import { createFetch } from '../../src/node/index.ts';
import type { FetchOptions, NodeFetch } from '../../src/node/index.ts';

/** Its idle connections are closed when the test is over. */
export function fetchWith(options?: FetchOptions): NodeFetch {
  const fetch = createFetch(options);
  onTestFinished(() => fetch.close());
  return fetch;
}
