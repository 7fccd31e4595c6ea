import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bench, node24 } from './install.mjs';

/** Starts the server of lib/server.mjs. `stop` ends it. */
export async function serve(settings = {}) {
  const child = fork(
    join(bench, 'lib/server.mjs'),
    [JSON.stringify({ chunks: 10, interval: 10, ...settings })],
    {
      execPath: node24,
    },
  );
  const [{ url }] = await once(child, 'message');
  return { url, stop: () => child.kill() };
}
