import { field } from '../lib/fields.mjs';
import { serve } from '../lib/serve.mjs';
import { ratio } from '../lib/statistics.mjs';

const over = (who, most) => ({
  text: `${who} <= ${most} x F3`,
  of: (get) => ratio(get(who), get('F3')),
  most,
});

export default {
  title: 'One request',
  about:
    'CPU for 500 `create` calls, 64 at a time. The loopback server runs in another process and is not counted.',
  floor: 'F3',
  before: () => serve(),
  cases: ({ quick }, server) => [
    {
      name: 'in-memory fetch',
      task: 'inMemory',
      params: { total: 500, width: 64 },
      expect: { right: 500 },
      contenders: field(['f3', 'colloquy', 'openai', 'ai', 'xsai'], { both: !quick }),
      targets: [over('colloquy', 1.25)],
    },
    {
      name: 'loopback',
      task: 'loopback',
      params: { total: 500, width: 64, url: server.url },
      expect: { right: 500 },
      contenders: field(['f4', 'f3', 'colloquy', 'openai', 'ai', 'xsai'], {
        both: !quick,
      }),
      targets: [over('colloquy', 1.1)],
    },
  ],
};
