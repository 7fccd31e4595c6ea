import { field } from '../lib/fields.mjs';
import { serve } from '../lib/serve.mjs';
import { ratio } from '../lib/statistics.mjs';

const sizes = ({ quick }) =>
  quick
    ? [{ streams: 200, chunks: 50, interval: 40, ramp: 200 }]
    : [
        { streams: 1_000, chunks: 200, interval: 100, ramp: 1_000 },
        { streams: 5_000, chunks: 200, interval: 400, ramp: 5_000 },
      ];

/** CPU, memory and event-loop delay each below openai's, and near the floor's. */
const targets = ['cpu', 'peak', 'p99'].flatMap((what) => [
  { text: `${what} < 1 x openai`, of: (get) => ratio(get('colloquy'), get('openai'), what), most: 1 },
  { text: `${what} <= 1.15 x F1`, of: (get) => ratio(get('colloquy'), get('F1'), what), most: 1.15 },
]);

export default {
  title: 'Many streams',
  about: 'Simultaneous streams of paced chunks from a server in another process, iterated by `for await`.',
  floor: 'F1',
  columns: ['cpu', 'floor', 'openai', 'peak', 'peakToFloor', 'peakToOpenAI', 'p99'],
  async before(settings) {
    const servers = await Promise.all(
      sizes(settings).map(({ chunks, interval }) => serve({ chunks, interval })),
    );
    return { urls: servers.map(({ url }) => url), stop: () => servers.forEach(({ stop }) => stop()) };
  },
  cases: (settings, { urls }) =>
    sizes(settings).map(({ streams, chunks, interval, ramp }, index) => ({
      name: `${streams.toLocaleString('en')} streams of ${chunks} chunks, one every ${interval} ms`,
      task: 'many',
      feed: { kind: 'text', chunks },
      params: { streams, ramp, url: urls[index], eventLoop: true },
      expect: { streams, deltas: streams * (chunks - 2) },
      contenders: field(['f1', 'colloquy', 'openai', 'ai', 'xsai'], {
        both: false,
      }),
      targets,
      settings: {
        rounds: Math.min(settings.rounds, streams > 1_000 ? 1 : 2),
        samples: 1,
        warm: -1,
        patience: 600_000,
      },
    })),
};
