import { field } from '../lib/fields.mjs';
import { ratio } from '../lib/statistics.mjs';
import { inWay } from '../lib/ways.mjs';

const everybody = ['f2', 'f1', 'colloquy', 'openai', 'ai', 'xsai', 'langchain'];
const compared = ['f1', 'colloquy', 'openai'];
/** Whose numbers stay as they were in the first chunk. */
const constant = { name: 'colloquy, constant numbers', client: 'colloquy', feed: { constant: true } };

/** What each network chunking is to cost, as a multiple of F1, and of openai when warm. */
const chunkings = [
  {
    name: 'one event per network chunk',
    chunking: 'event',
    most: { warm: 0.85, natural: 1.05, worst: 1.2 },
    toOpenAI: 2.4,
  },
  {
    name: '16 KiB network chunks',
    chunking: 16 * 1024,
    most: { warm: 0.8, natural: 1, worst: 1.4 },
    toOpenAI: 6,
  },
  {
    name: '64-byte network chunks',
    chunking: 64,
    most: { warm: 0.9, natural: 1, worst: 1.2 },
    toOpenAI: 2.1,
  },
];
const shapes = ['openai', 'llama.cpp', 'usage'];

const toF1 = (most) => ({ text: `<= ${most} x F1`, of: (get) => ratio(get('colloquy'), get('F1')), most });
const faster = (least) => ({
  text: `>= ${least} x faster than openai`,
  of: (get) => ratio(get('openai'), get('colloquy')),
  least,
});
const sameAsConstant = {
  text: '<= 1.1 x constant numbers',
  of: (get) => ratio(get('colloquy'), get(constant.name)),
  most: 1.1,
};

export default {
  title: 'Raw streaming',
  about:
    'A loop over `create({ stream: true })` joins the text of 10,000 chunks from an in-memory body. The first cases have chunks of about ' +
    '250 bytes, split into network chunks in three ways. The other cases have the chunks of three servers.',
  floor: 'F1',
  cases: (settings) =>
    ['warm', 'natural', 'worst'].flatMap((way) => {
      const one = (name, feed, clients, targets, more = []) =>
        inWay(
          way,
          {
            name,
            task: 'iterate',
            feed: { kind: 'text', chunks: 10_000, ...feed },
            contenders: [...field(clients, { both: !settings.quick }), ...more],
            targets,
          },
          settings,
        );
      const most = { warm: 0.85, natural: 1.05, worst: 1.2 }[way];
      return [
        ...chunkings.map(({ name, chunking, most, toOpenAI }) =>
          one(name, { chunking }, way === 'warm' ? everybody : compared, [
            toF1(most[way]),
            ...(way === 'warm' ? [faster(toOpenAI)] : []),
          ]),
        ),
        ...shapes.map((shape) =>
          one(
            `chunks of ${shape}`,
            { shape },
            compared,
            [toF1(most), ...(shape === 'openai' ? [] : [sameAsConstant])],
            shape === 'openai' ? [] : [constant],
          ),
        ),
      ];
    }),
};
