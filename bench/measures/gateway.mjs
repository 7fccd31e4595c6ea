import { startCallers } from '../lib/callers.mjs';
import { serve } from '../lib/serve.mjs';
import { ratio } from '../lib/statistics.mjs';

const chunks = 200;
const streams = 40;

export default {
  title: 'A server in between',
  about:
    `${streams} simultaneous streams of ${chunks} chunks pass through a server. The upstream and the callers run in other processes. ` +
    'Each chunk is a network chunk. `colloquy-server` stores every completion in an in-memory database. ' +
    'aimock stores nothing (`proxyOnly`).',
  floor: 'F5',
  columns: [
    ['CPU ms', ({ cpu }) => cpu.toFixed(0)],
    'spread',
    'floor',
    ['µs a chunk', ({ cpu }) => ((cpu * 1_000) / (streams * chunks)).toFixed(1)],
    ['first chunk p50 ms', ({ seen }) => seen?.first.toFixed(0) ?? '-'],
  ],
  async before() {
    const [upstream, load] = await Promise.all([serve({ chunks, interval: 5 }), startCallers()]);
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
        { name: 'aimock', client: 'aimock' },
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
