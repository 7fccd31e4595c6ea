import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bench, node24 } from '../lib/install.mjs';
import { serve } from '../lib/serve.mjs';
import { ratio } from '../lib/statistics.mjs';

const chunks = 200;
const streams = 40;

async function callers() {
  const child = fork(join(bench, 'lib/load.mjs'), [], { execPath: node24 });
  const [{ url }] = await once(child, 'message');
  return { url, stop: () => child.kill() };
}

export default {
  title: 'A server in between',
  about:
    `${streams} simultaneous streams of ${chunks} chunks pass through a server. The upstream and the callers run in other processes. ` +
    'Each chunk is a network chunk. `colloquy-server` stores every completion in an in-memory database.',
  floor: 'F5',
  async before() {
    const [upstream, load] = await Promise.all([serve({ chunks, interval: 5 }), callers()]);
    return { upstream, load, stop: () => [upstream, load].forEach(({ stop }) => stop()) };
  },
  cases: (settings, { upstream, load }) => [
    {
      name: 'one event per network chunk',
      task: 'gateway',
      params: { upstream: upstream.url, load: load.url, streams },
      expect: { chunks: streams * chunks },
      contenders: [
        { name: 'F5', client: 'pipe' },
        { name: 'colloquy-server', client: 'colloquy-server' },
      ],
      targets: [
        {
          text: '<= 1.3 x F5',
          of: (get) => ratio(get('colloquy-server'), get('F5')),
          most: 1.3,
        },
      ],
      settings: { patience: 60_000 },
    },
  ],
};
