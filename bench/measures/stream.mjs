import { field } from '../lib/fields.mjs';
import { ratio } from '../lib/statistics.mjs';

const chunkings = [
  { name: 'one event per network chunk', chunking: 'event', toF1: 1.05, toOpenAI: 2.4 },
  { name: '16 KiB network chunks', chunking: 16 * 1024, toF1: 0.8, toOpenAI: 6 },
  { name: '64-byte network chunks', chunking: 64, toF1: 1.05, toOpenAI: 2.1 },
  { name: 'one event per network chunk, as api.openai.com pads them', chunking: 'event', obfuscation: true },
];

export default {
  title: '1. Raw streaming',
  about:
    'Iterate `create({ stream: true })`: 10,000 chunks of about 250 bytes from an in-memory body, text joined.',
  floor: 'F1',
  cases: ({ quick }) =>
    chunkings.map(({ name, toF1, toOpenAI, ...feed }) => ({
      name,
      task: 'iterate',
      feed: { kind: 'text', chunks: 10_000, ...feed },
      contenders: field(['f2', 'f1', 'colloquy', 'openai', 'ai', 'xsai', 'langchain'], { both: !quick }),
      targets: toF1 && [
        { text: `<= ${toF1} x F1`, of: (get) => ratio(get('colloquy'), get('F1')), most: toF1 },
        {
          text: `>= ${toOpenAI} x faster than openai`,
          of: (get) => ratio(get('openai'), get('colloquy')),
          least: toOpenAI,
        },
      ],
    })),
};
