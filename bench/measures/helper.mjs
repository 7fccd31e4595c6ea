import { field } from '../lib/fields.mjs';
import { otherNode } from '../lib/session.mjs';
import { growth, ratio } from '../lib/statistics.mjs';

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

export default {
  title: '2. stream()',
  about:
    '`stream()` to `finalChatCompletion()`, alone, with a listener, and iterated. One event per network chunk.',
  floor: 'F1',
  columns: ['cpu', 'spread', 'first', 'floor', 'openai', 'growth'],
  cases: ({ quick }) =>
    (quick ? [10_000, 20_000] : [1_000, 2_000, 10_000, 20_000, 100_000, 200_000]).map((chunks) => ({
      name: name(chunks),
      task: 'collect',
      feed: { kind: 'text', chunks },
      repeat: chunks < 5_000 ? 10 : 1,
      contenders: contenders({ quick, peers: [1_000, 10_000, 100_000].includes(chunks) }),
      settings: chunks >= 100_000 ? { samples: 3, warm: 1 } : {},
      targets:
        chunks !== (quick ? 10_000 : 100_000)
          ? []
          : all.map((who) => ({
              text: `${who} <= 1.6 x F1`,
              of: (get) => ratio(get(who), get('F1')),
              most: 1.6,
            })),
    })),
  growth: (across, { quick }) =>
    (quick ? [10_000] : [1_000, 10_000, 100_000]).flatMap((chunks) =>
      contenders({}).map(({ name: who }) => ({
        row: [name(2 * chunks), who],
        growth: growth(across(name(2 * chunks), who), across(name(chunks), who)),
      })),
    ),
  targets: ({ quick }) =>
    all.map((who) => {
      const chunks = quick ? 10_000 : 100_000;
      return {
        text: `${who}: growth 2n/n from ${name(chunks)} <= 2.1`,
        of: (across) => growth(across(name(2 * chunks), who), across(name(chunks), who)),
        most: 2.1,
      };
    }),
};
