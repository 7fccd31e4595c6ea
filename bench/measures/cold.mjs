import { field } from '../lib/fields.mjs';
import { ratio } from '../lib/statistics.mjs';
import { inWay } from '../lib/ways.mjs';

const name = (chunks) => `${chunks.toLocaleString('en')} chunks`;

export default {
  title: 'The first response',
  about:
    'What a command-line program costs. Each sample is a new process that imports the client, creates it, and reads one streamed response. All files are in the page cache.',
  floor: 'F1',
  columns: ['cpu', 'spread', 'floor', 'openai', 'peak', 'peakToFloor', 'peakToOpenAI'],
  cases: (settings) =>
    [300, 2_000].map((chunks) =>
      inWay(
        'cold',
        {
          name: name(chunks),
          task: 'iterate',
          feed: { kind: 'text', chunks },
          contenders: field(['f1', 'colloquy', 'openai', 'ai', 'xsai', 'langchain'], {
            both: !settings.quick,
          }),
          targets: [
            { text: '<= 1.3 x F1', of: (get) => ratio(get('colloquy'), get('F1')), most: 1.3 },
            {
              text: 'peak < 1 x openai',
              of: (get) => ratio(get('colloquy'), get('openai'), 'peak'),
              most: 1,
            },
          ],
        },
        settings,
      ),
    ),
};
