import { accumulate, complete } from 'colloquy/accumulate';
import { describe, expect, it } from 'vitest';
import { validateCompletion } from '../completion/validate.ts';
import type { Chunk, Completion } from '../models/model.ts';
import type { Script } from '../models/script.ts';
import { sandboxModel } from './model.ts';
import { atOnce } from '../slices.ts';

const fixed = { now: () => 1_700_000_000_000, newId: () => 'chatcmpl-1' };
const sandbox = sandboxModel(fixed);
const never = new AbortController().signal;

async function chunksOf(request: object, model = sandbox, script?: Script): Promise<Chunk[]> {
  const list: Chunk[] = [];
  for await (const chunk of model.complete(atOnce(validateCompletion(request)), never, script))
    list.push(chunk);
  return list;
}

function fold(chunks: readonly Chunk[]): Completion {
  const [first, ...rest] = chunks;
  return complete(rest.reduce(accumulate, accumulate(undefined, first as Chunk)));
}

const ask = async (content: string, more: object = {}): Promise<Completion> =>
  fold(await chunksOf({ model: 'sandbox', messages: [{ role: 'user', content }], ...more }));
const saidIn = ({ choices }: Completion): string => choices[0]?.message.content ?? '';

const objectSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
describe('the sandbox', () => {
  it('words the same question differently for another seed of the request or of the server', async () => {
    const question = 'How do tides work?';
    const bySeed = [0, 1, 2, 3, 4].map(async (seed) => saidIn(await ask(question, { seed })));
    expect(new Set(await Promise.all(bySeed)).size).toBeGreaterThan(2);
    const request = { model: 'sandbox', messages: [{ role: 'user', content: question }] };
    const byServer = [0, 1, 2, 3, 4].map(async (seed) =>
      saidIn(fold(await chunksOf(request, sandboxModel({ ...fixed, seed })))),
    );
    expect(new Set(await Promise.all(byServer)).size).toBeGreaterThan(2);
  });

  it('gives each of several choices words of its own', async () => {
    const { choices } = await ask('How do tides work?', { n: 4 });
    expect(new Set(choices.map(({ message }) => message.content)).size).toBeGreaterThan(2);
  });

  const counting: Script = { text: '1, 2, 3' };

  it('sends one token a chunk, the role first, the reason before the usage', async () => {
    const chunks = await chunksOf(
      { model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }], stream: true },
      sandbox,
      counting,
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual([
      '',
      '1',
      ',',
      ' ',
      '2',
      ',',
      ' ',
      '3',
      undefined,
      undefined,
    ]);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 7 } });
    expect(new Set(chunks.map(({ id, model, created }) => `${id} ${model} ${created}`))).toEqual(
      new Set(['chatcmpl-1 gpt-4o 1700000000']),
    );
  });

  it('names its service tier and its fingerprint', async () => {
    expect(await ask('Hi')).toMatchObject({
      service_tier: 'default',
      system_fingerprint: expect.stringMatching(/^fp_\w{10}$/),
    });
    expect(await ask('Hi', { service_tier: 'flex' })).toMatchObject({ service_tier: 'flex' });
  });

  it('ends with length exactly when something was left to say', async () => {
    const cut = async (max_tokens: number): Promise<Completion> =>
      fold(
        await chunksOf(
          { model: 'm', messages: [{ role: 'user', content: 'x' }], max_tokens },
          sandbox,
          counting,
        ),
      );
    expect((await cut(7)).choices[0]?.finish_reason).toBe('stop');
    expect((await cut(6)).choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: '1, 2, ' },
    });
  });

  it('refuses in the refusal field, also where a schema was asked for', async () => {
    for (const more of [
      {},
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: objectSchema } } },
    ]) {
      const { message, finish_reason } = (await ask('Tell me [refuse]', more)).choices[0] ?? {};
      expect(message?.content).toBeNull();
      expect(message?.refusal).toMatch(/can't/);
      expect(finish_reason).toBe('stop');
    }
  });

  it('obeys a schema beside json_object', async () => {
    const schema = {
      type: 'object',
      properties: { age: { type: 'integer', minimum: 41, maximum: 43 } },
      required: ['age'],
      additionalProperties: false,
    };
    const fill = async (given: unknown): Promise<{ age?: number }> => {
      const { choices } = await ask('Some JSON', {
        response_format: { type: 'json_object', schema: given } as never,
      });
      return JSON.parse(choices[0]?.message.content ?? '') as { age?: number };
    };
    const filled = await fill(schema);
    expect(Object.keys(filled)).toEqual(['age']);
    expect([41, 42, 43]).toContain(filled.age);
    expect(Object.keys(await fill(null))).toEqual(['text']);
    await expect(fill({ ...schema, maxProperties: 0 })).rejects.toMatchObject({
      status: 400,
      param: 'response_format',
      code: 'invalid_json_schema',
    });
  });

  it('says which parameter it cannot serve', async () => {
    await expect(
      ask('Hi', { modalities: ['text', 'audio'], audio: { format: 'wav', voice: 'ash' } }),
    ).rejects.toMatchObject({ status: 400, param: 'modalities' });
    await expect(ask('Hi', { moderation: { model: 'omni-moderation-latest' } })).rejects.toMatchObject({
      status: 400,
      param: 'moderation',
    });
    const impossible = {
      type: 'object',
      properties: { next: { $ref: '#' } },
      required: ['next'],
      additionalProperties: false,
    };
    await expect(
      ask('Hi', {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', strict: true, schema: impossible },
        },
      }),
    ).rejects.toMatchObject({
      status: 400,
      param: 'response_format',
      code: 'invalid_json_schema',
    });
  });

  it('keeps to the pace it was given, and stops waiting when the client goes', async () => {
    const paced = sandboxModel({ tokensPerSecond: 100 });
    const start = performance.now();
    const script = { text: 'one two three four five six seven eight nine ten '.repeat(3) };
    await chunksOf({ model: 'sandbox', messages: [{ role: 'user', content: 'x' }] }, paced, script);
    expect(performance.now() - start).toBeGreaterThan(200);
    const abort = new AbortController();
    const slow = sandboxModel({ tokensPerSecond: 0.01 }).complete(
      { model: 'sandbox', messages: [{ role: 'user', content: 'Hi' }] },
      abort.signal,
    );
    const reading = (async () => {
      for await (const _ of slow) setImmediate(() => abort.abort());
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });
});
