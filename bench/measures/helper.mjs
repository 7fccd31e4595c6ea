import { field } from '../lib/fields.mjs';
import { otherNode } from '../lib/session.mjs';
import { growth, ratio } from '../lib/statistics.mjs';
import { inWay } from '../lib/ways.mjs';

const readers = { '': '', "on('content')": 'content', 'for await': 'for await' };
const called = (client, label) => (label ? `${client} + ${label}` : client);

function contenders({ quick, peers }) {
  const ours = ['colloquy', 'openai'].flatMap((client) =>
    Object.entries(readers).map(([label, reader]) => ({
      name: called(client, label),
      client,
      params: { reader },
    })),
  );
  const second = otherNode && !quick ? [{ client: 'f1', name: 'F1' }, ours[0], ours[3]] : [];
  return [
    ...field(['f1'], { both: false }),
    ...ours,
    ...field(peers ? ['ai', 'xsai'] : [], { both: false }),
    ...second.map((each) => ({ ...each, name: `${each.name}, ${otherNode}`, node: otherNode })),
  ];
}

const name = (chunks) => `${chunks.toLocaleString('en')} chunks`;
const all = Object.keys(readers).map((label) => called('colloquy', label));
const atMost = (most) =>
  all.map((who) => ({ text: `${who} <= ${most} x F1`, of: (get) => ratio(get(who), get('F1')), most }));
const sizes = ({ quick }) => (quick ? [10_000, 20_000] : [1_000, 2_000, 10_000, 20_000, 100_000, 200_000]);
const largest = ({ quick }) => (quick ? 10_000 : 100_000);

export default {
  title: '`stream()`',
  about:
    '`stream()` to `finalChatCompletion()`, without a listener, with a listener, and iterated. Each network chunk contains one event, unless the case says otherwise.',
  floor: 'F1',
  columns: ['cpu', 'spread', 'first', 'floor', 'openai', 'growth'],
  cases: (settings) => [
    ...sizes(settings).map((chunks) => ({
      name: name(chunks),
      task: 'collect',
      feed: { kind: 'text', chunks },
      repeat: chunks < 5_000 ? 10 : 1,
      contenders: contenders({ ...settings, peers: [1_000, 10_000, 100_000].includes(chunks) }),
      settings: chunks >= 100_000 ? { samples: 3, warm: 1 } : {},
      targets: chunks === largest(settings) ? atMost(1.3) : [],
    })),
    ...[
      { chunking: 'event', most: 1.3 },
      { chunking: 16 * 1024, most: 1.6 },
    ].map(({ chunking, most }) =>
      inWay(
        'worst',
        {
          name: `${name(10_000)}${chunking === 'event' ? '' : ', 16 KiB network chunks'}`,
          task: 'collect',
          feed: { kind: 'text', chunks: 10_000, chunking },
          contenders: contenders(settings),
          targets: atMost(most),
        },
        settings,
      ),
    ),
  ],
  growth: (across, { quick }) =>
    (quick ? [10_000] : [1_000, 10_000, 100_000]).flatMap((chunks) =>
      contenders({}).map(({ name: who }) => ({
        row: [name(2 * chunks), who],
        growth: growth(across(name(2 * chunks), who), across(name(chunks), who)),
      })),
    ),
  targets: (settings) =>
    all.map((who) => {
      const chunks = largest(settings);
      return {
        text: `${who}: CPU for ${name(2 * chunks)} <= 2.1 x that for ${name(chunks)}`,
        of: (across) => growth(across(name(2 * chunks), who), across(name(chunks), who)),
        most: 2.1,
      };
    }),
};
