import { field } from '../lib/fields.mjs';
import { ratio } from '../lib/statistics.mjs';

const below = {
  text: 'peak < 1 x openai',
  of: (get) => ratio(get('colloquy'), get('openai'), 'peak'),
  most: 1,
};
/** One run in a fresh process, whose peak is the process's. */
const once = { samples: 1, warm: -1 };

export default {
  title: 'Memory',
  about:
    'Peak resident memory of a process that reads one response. The body is produced while it is read. For 5,000 simultaneous streams, see [Many streams](#many-streams).',
  floor: 'F1',
  columns: ['peak', 'peakToFloor', 'peakToOpenAI', 'cpu'],
  cases: ({ quick }) => [
    ...['', 'for await'].map((reader) => ({
      name: `stream() of 100,000 chunks, ${reader ? 'read by for await' : 'without a reader'}`,
      task: 'collect',
      feed: { kind: 'text', chunks: 100_000, lazy: true },
      params: { reader },
      contenders: field(['f1', 'colloquy', 'openai'], { both: false }),
      targets: [below],
      settings: once,
    })),
    {
      name: quick ? 'structured response of 1 MB' : 'structured response of 10 MB',
      task: 'structured',
      feed: { kind: 'json', bytes: (quick ? 1 : 10) * 2 ** 20, lazy: true },
      // The listener reads the value and does not look into it: see the table of structured output.
      params: { look: false },
      contenders: field(['f1', 'colloquy', 'openai'], { both: false }),
      settings: { ...once, patience: 300_000 },
    },
  ],
};
