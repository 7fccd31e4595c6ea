import { field } from '../lib/fields.mjs';
import { growth, ratio } from '../lib/statistics.mjs';

const name = (turns) => `${turns} turns`;
const contenders = (both) => field(['f1', 'colloquy', 'openai', 'ai', 'xsai'], { both });

export default {
  title: 'Tool loop',
  about:
    '`runTools()` runs until the model makes no more tool calls. Each turn has one call, and each response comes immediately, from memory.',
  floor: 'F1',
  columns: [
    'cpu',
    'spread',
    'first',
    'floor',
    'openai',
    ['growth from 20 turns', ({ growth }) => growth ?? '-'],
    ['bytes sent', ({ seen }) => seen?.bytes.toLocaleString('en') ?? '-'],
  ],
  cases: ({ quick }) =>
    [20, 160].map((turns) => ({
      name: name(turns),
      task: 'tools',
      params: { turns },
      repeat: turns === 20 ? 10 : 1,
      expect: { text: 'The sum is known.', requests: turns, sums: (turns * (turns - 1)) / 2 },
      contenders: contenders(!quick),
      targets: turns === 160 && [
        { text: '<= 1.5 x F1', of: (get) => ratio(get('colloquy'), get('F1')), most: 1.5 },
      ],
    })),
  growth: (across) =>
    contenders(true).map(({ name: who }) => ({
      row: [name(160), who],
      growth: growth(across(name(160), who), across(name(20), who)).toFixed(1),
    })),
  targets: () => [
    {
      text: 'growth from 20 to 160 turns / growth of the bytes sent <= 1',
      of: (across) => {
        const [many, few] = [across(name(160), 'colloquy'), across(name(20), 'colloquy')];
        return growth(many, few) / (many.seen.bytes / few.seen.bytes);
      },
      most: 1,
    },
  ],
};
