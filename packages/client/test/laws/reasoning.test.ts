// Reasoning is told once, under however many names it comes, whichever is ahead and however far.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatCompletionStream } from '../../src/streaming/chat-completion-stream.ts';
import type { ChatCompletionChunk } from '../../src/types/chunk.ts';

const names: Record<string, (text: string) => object> = {
  reasoning_content: (text) => ({ reasoning_content: text }),
  reasoning: (text) => ({ reasoning: text }),
  reasoning_text: (text) => ({ reasoning_text: text }),
  reasoning_details: (text) => ({ reasoning_details: [{ type: 'reasoning.text', index: 0, text }] }),
  thinking: (text) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }),
};
type Piece = [name: string, text: string];

/** What is told of deltas, each of which has the pieces of some names. */
async function told(deltas: Piece[][]): Promise<{ deltas: string[]; done: string[]; message: any }> {
  const create = async (): Promise<AsyncIterable<ChatCompletionChunk>> =>
    (async function* () {
      for (const pieces of deltas) {
        const delta = Object.assign({}, ...pieces.map(([name, text]) => names[name]!(text)));
        yield { id: 'c', choices: [{ index: 0, delta, finish_reason: null }] } as never;
      }
      yield { id: 'c', choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] } as never;
    })();
  const stream = ChatCompletionStream.createChatCompletion<null>({ chat: { completions: { create } } }, {
    model: 'm',
    messages: [],
  } as never);
  const heard: string[] = [];
  const done: string[] = [];
  stream.on('reasoning.delta', ({ delta, snapshot }) => {
    heard.push(delta);
    expect(snapshot).toBe(heard.join(''));
  });
  stream.on('reasoning.done', ({ reasoning }) => done.push(reasoning));
  return { message: await stream.finalMessage(), deltas: heard, done };
}

/** The pieces of each name in its order, names mixed, and neighbours of different names in one delta here and there. */
const mixed = (queues: Piece[][]): fc.Arbitrary<Piece[][]> => {
  const count = queues.flat().length;
  return fc
    .tuple(
      fc.array(fc.nat(), { minLength: count, maxLength: count }),
      fc.array(fc.boolean(), { minLength: count, maxLength: count }),
    )
    .map(([picks, joins]) => {
      const left = queues.map((queue) => [...queue]);
      const deltas: Piece[][] = [];
      for (const [at, pick] of picks.entries()) {
        const open = left.filter((queue) => queue.length > 0);
        const piece = open[pick % open.length]!.shift()!;
        const last = deltas.at(-1);
        if (last && joins[at] && last.every(([name]) => name !== piece[0])) last.push(piece);
        else deltas.push([piece]);
      }
      return deltas;
    });
};

const cut = (text: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 8 }).map((places) => {
    const sorted = [0, ...places.toSorted((a, b) => a - b), text.length];
    return sorted.slice(1).flatMap((end, at) => text.slice(sorted[at], end) || []);
  });

/** Few letters, so that a text often looks as if it began again. */
const prose = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1F600}'), minLength: 1, maxLength: 30 });
const several = fc.shuffledSubarray(Object.keys(names), { minLength: 1 });

test('one text under some names is told once', () =>
  fc.assert(
    fc.asyncProperty(
      fc.tuple(prose, several).chain(([text, some]) =>
        fc
          .tuple(...some.map(() => cut(text)))
          .chain((cuts) => mixed(cuts.map((pieces, at) => pieces.map((piece): Piece => [some[at]!, piece]))))
          .map((deltas) => ({ text, some, deltas })),
      ),
      async ({ text, some, deltas }) => {
        const { deltas: heard, done, message } = await told(deltas);
        expect(heard.join('')).toBe(text);
        expect(done.at(-1)).toBe(text);
        for (const name of some.filter((each) => each in message && each !== 'reasoning_details'))
          if (name !== 'reasoning_content' || !some.includes('thinking')) expect(message[name]).toBe(text);
      },
    ),
  ));

test('a name that stops half way takes nothing away', () =>
  fc.assert(
    fc.asyncProperty(
      fc.tuple(prose, several, fc.nat()).chain(([text, some, kept]) =>
        fc
          .tuple(...some.map((_, at) => cut(at === 0 ? text : text.slice(0, kept % (text.length + 1)))))
          .chain((cuts) => mixed(cuts.map((pieces, at) => pieces.map((piece): Piece => [some[at]!, piece]))))
          .map((deltas) => ({ text, deltas })),
      ),
      async ({ text, deltas }) => {
        expect((await told(deltas)).deltas.join('')).toBe(text);
      },
    ),
  ));

test('texts that begin differently are all told, as they come', () =>
  fc.assert(
    fc.asyncProperty(
      fc
        .tuple(several, fc.array(prose, { minLength: 5, maxLength: 5 }))
        .chain(([some, texts]) =>
          fc
            .tuple(...some.map((_, at) => cut(at + texts[at]!)))
            .chain((cuts) =>
              mixed(cuts.map((pieces, at) => pieces.map((piece): Piece => [some[at]!, piece]))),
            ),
        ),
      async (deltas) => {
        const order = Object.keys(names);
        const expected = deltas.map((pieces) =>
          pieces
            .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
            .map(([, text]) => text)
            .join(''),
        );
        expect((await told(deltas)).deltas).toEqual(expected);
      },
    ),
  ));

test('what seemed a repetition and was none is told after all', async () => {
  const { deltas } = await told([
    [['reasoning', 'We think']],
    [['reasoning_content', 'W']],
    [['reasoning_content', 'ow']],
    [['reasoning', '.']],
    [['reasoning_text', 'Wow']],
    [['reasoning_content', '!']],
    [['reasoning_text', '!?']],
  ]);
  expect(deltas).toEqual(['We think', 'Wow', '.', '!', '?']);
});
