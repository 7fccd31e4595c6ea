import { describe, expect, it } from 'vitest';
import { ApiError } from '../http/errors.ts';
import type { ChatModel, Chunk, CompletionRequest } from '../models/model.ts';
import { completeOnce, type CompletionRecord, streamChunks } from './answer.ts';

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const stored: CompletionRequest = { ...request, store: true };
const head = { id: 'c1', object: 'chat.completion.chunk' as const, created: 1, model: 'm' };
const delta = (delta: Chunk['choices'][number]['delta'], finish: 'stop' | null = null, index = 0): Chunk => ({
  ...head,
  choices: [{ index, delta, finish_reason: finish }],
});
const usage: Chunk = {
  ...head,
  choices: [],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
};
const whole = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Hel' }),
  delta({ content: 'lo' }),
  delta({}, 'stop'),
  usage,
];

interface Room {
  model: ChatModel;
  kept: CompletionRecord[];
  closed: boolean;
  abort: AbortController;
  parts(request: CompletionRequest): Parameters<typeof completeOnce>[0];
}

/** A model that says `chunks`, and a memory of what was kept. */
function room(chunks: readonly (Chunk | Error)[]): Room {
  const abort = new AbortController();
  const kept: CompletionRecord[] = [];
  const here: Room = {
    kept,
    abort,
    closed: false,
    model: {
      id: 'm',
      created: 1,
      ownedBy: 'tests',
      async *complete() {
        try {
          for (const chunk of chunks) {
            if (chunk instanceof Error) throw chunk;
            yield chunk;
          }
        } finally {
          here.closed = true;
        }
      },
    },
    parts: (request) => ({
      request,
      model: here.model,
      signal: abort.signal,
      keep: async (record) => void kept.push(record),
    }),
  };
  return here;
}

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const list: Chunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

describe('completeOnce', () => {
  it('folds the chunks into one completion with its usage', async () => {
    const { parts } = room(whole);
    expect(await completeOnce(parts(request))).toMatchObject({
      id: 'c1',
      object: 'chat.completion',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello', refusal: null } },
      ],
      usage: { total_tokens: 3 },
    });
  });

  it('keeps the answer before it is given out, and only when asked to', async () => {
    const { parts, kept } = room(whole);
    await completeOnce(parts(request));
    expect(kept).toEqual([]);
    const completion = await completeOnce(parts(stored));
    expect(kept).toEqual([{ completion, request: stored, route: { total_ms: expect.any(Number) } }]);
  });

  it('gives no answer when it could not be kept', async () => {
    const { parts } = room(whole);
    const keep = async (): Promise<void> => Promise.reject(new Error('disk full'));
    await expect(completeOnce({ ...parts(stored), keep })).rejects.toThrow('disk full');
  });

  it('keeps nothing once the client has gone away', async () => {
    const { parts, kept, abort } = room(whole);
    const answer = completeOnce(parts(stored));
    abort.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
    expect(kept).toEqual([]);
  });

  it('says that the model stopped short instead of giving half an answer', async () => {
    for (const chunks of [[], whole.slice(0, 2)]) {
      const { parts, kept } = room(chunks);
      await expect(completeOnce(parts(stored))).rejects.toMatchObject({ status: 502 });
      expect(kept).toEqual([]);
    }
  });

  it('passes on what the model refuses', async () => {
    const { parts } = room([new ApiError(400, 'no audio', { param: 'modalities' })]);
    await expect(completeOnce(parts(request))).rejects.toMatchObject({ status: 400, param: 'modalities' });
  });
});

describe('streamChunks', () => {
  it('leaves usage out unless it was asked for', async () => {
    const chunks = await all(streamChunks(room(whole).parts({ ...request, stream: true })));
    expect(chunks).toEqual(whole.slice(0, -1));
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('sends usage null on every chunk but the last, when it was asked for', async () => {
    const asked: CompletionRequest = { ...request, stream: true, stream_options: { include_usage: true } };
    const chunks = await all(streamChunks(room(whole).parts(asked)));
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)).toEqual(usage);
  });

  it('does not let a model put usage where nobody asked', async () => {
    const chatty = whole.map((chunk) => ({ ...chunk, usage: usage.usage ?? null }));
    const chunks = await all(streamChunks(room(chatty).parts({ ...request, stream: true })));
    expect(chunks).toEqual(whole.slice(0, -1));
  });

  it('pads what is said to a multiple of 32 characters when obfuscation is asked for', async () => {
    const asked: CompletionRequest = {
      ...request,
      stream: true,
      stream_options: { include_obfuscation: true },
    };
    for (const chunk of await all(streamChunks(room(whole).parts(asked)))) {
      const said = JSON.stringify(chunk.choices.map(({ delta }) => delta)).length;
      expect((said + (chunk.obfuscation?.length ?? 0)) % 32).toBe(0);
    }
  });

  it('keeps the whole answer before the chunk that ends it', async () => {
    const { parts, kept } = room(whole);
    const keptAt: number[] = [];
    for await (const _ of streamChunks(parts({ ...stored, stream: true }))) keptAt.push(kept.length);
    expect(keptAt).toEqual([0, 0, 0, 1]);
    expect(kept[0]?.completion.choices[0]?.message.content).toBe('Hello');
    expect(kept[0]?.completion.usage?.total_tokens).toBe(3);
  });

  it('waits for the last of several choices', async () => {
    const two = [
      delta({ role: 'assistant', content: 'a' }),
      delta({ role: 'assistant', content: 'b' }, null, 1),
      delta({}, 'stop'),
      delta({ content: 'c' }, null, 1),
      delta({}, 'stop', 1),
      usage,
    ];
    const { parts, kept } = room(two);
    const keptAt: number[] = [];
    for await (const _ of streamChunks(parts({ ...stored, n: 2, stream: true }))) keptAt.push(kept.length);
    expect(keptAt).toEqual([0, 0, 0, 0, 1]);
    expect(kept[0]?.completion.choices.map(({ message }) => message.content)).toEqual(['a', 'bc']);
  });

  it('closes the model and keeps nothing when the reader leaves', async () => {
    const here = room(whole);
    for await (const _ of streamChunks(here.parts({ ...stored, stream: true }))) break;
    expect(here.closed).toBe(true);
    expect(here.kept).toEqual([]);
  });

  it('ends with the reason once the client has gone away, and keeps nothing', async () => {
    const { parts, kept, abort } = room(whole);
    const reading = (async () => {
      for await (const _ of streamChunks(parts({ ...stored, stream: true }))) abort.abort(new Error('gone'));
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(kept).toEqual([]);
  });
});
