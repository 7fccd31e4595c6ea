// What the measures of structured output and of tool arguments share: sizes, targets, growth.
import { field } from './fields.mjs';
import { growth, ratio } from './statistics.mjs';
import { inWay } from './ways.mjs';

const KB = 1024;
/** Ours with a listener that reads the value and does not look into it. */
const reading = { name: 'colloquy, read only', client: 'colloquy', params: { look: false } };
const label = (bytes) => (bytes < 1024 * KB ? `${bytes / KB} KB` : `${bytes / KB / KB} MB`);

export function documents({ task, kind, peers }) {
  const sizes = ({ quick }) =>
    (quick ? [10, 20, 40] : [10, 20, 40, 100, 200, 1024, 2048, 10_240]).map((size) => size * KB);
  const growing = ({ quick }) => (quick ? [10] : [10, 100, 1024]).map((size) => size * KB);
  return {
    floor: 'F1',
    columns: ['cpu', 'spread', 'first', 'floor', 'openai', 'growth', 'values'],
    cases: (settings) => {
      const cases = sizes(settings).map((bytes) => ({
        name: label(bytes),
        task,
        // Above 2 MB, prepared pieces would take gigabytes: they are produced while they are read.
        feed: { kind, bytes, lazy: bytes > 2048 * KB },
        repeat: bytes <= 20 * KB ? 5 : 1,
        contenders: [
          // Reading a growing list copies it on every delta. Above 2 MB, only this copying would be measured.
          ...field(['f1', ...(bytes <= 2048 * KB ? ['colloquy', 'openai'] : [])], {
            both: !settings.quick && bytes <= 100 * KB,
          }),
          reading,
          // Their cost grows with the square of the size: 40 KB shows it.
          ...field([10, 20, 40].includes(bytes / KB) ? peers : [], { both: false, repeat: 1 }),
        ],
        settings:
          bytes >= 1024 * KB ? { rounds: 1, samples: 2, warm: bytes > 2048 * KB ? 0 : 1 } : { slow: 2_000 },
        targets: [
          ...(bytes === 40 * KB
            ? [{ text: '<= 2.5 x F1', of: (get) => ratio(get('colloquy'), get('F1')), most: 2.5 }]
            : []),
          {
            text: 'share of deltas with a value >= 1',
            of: (get) => get(reading.name).seen?.values / get(reading.name).seen?.expected,
            least: 1,
          },
        ],
      }));
      const { contenders, ...at40KB } = cases.find(({ name }) => name === label(40 * KB));
      const ours = contenders.filter(({ client }) => !peers.includes(client));
      return [...cases, inWay('worst', { ...at40KB, contenders: ours }, settings)];
    },
    growth: (across, settings) =>
      growing(settings).flatMap((bytes) =>
        [
          'F1',
          'colloquy',
          reading.name,
          'openai',
          ...(bytes === 10 * KB ? peers : []).map((peer) => (peer === 'ai' ? 'ai SDK' : peer)),
        ].map((who) => ({
          row: [label(2 * bytes), who],
          growth: growth(across(label(2 * bytes), who), across(label(bytes), who)),
        })),
      ),
    targets: (settings) => [
      ...growing(settings).flatMap((bytes) =>
        ['colloquy', reading.name].map((who) => ({
          text: `${who}: CPU for ${label(2 * bytes)} <= 2.2 x that for ${label(bytes)}`,
          of: (across) => growth(across(label(2 * bytes), who), across(label(bytes), who)),
          most: 2.2,
        })),
      ),
      ...(settings.quick
        ? []
        : [
            {
              text: `${reading.name}: growth for each doubling, from 10 KB to 10 MB, <= 2.2`,
              of: (across) =>
                growth(across('10 MB', reading.name), across('10 KB', reading.name)) ** (1 / Math.log2(1024)),
              most: 2.2,
            },
          ]),
    ],
  };
}
