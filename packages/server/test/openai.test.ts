// The `openai` package and ours against a running server: what their methods beside chat completions make of it.
import { OpenAI as Colloquy } from 'colloquy';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCLI } from '../scripts/run-cli.ts';
import { startServer, type RunningServer } from '../src/index.ts';

let server: RunningServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startServer({ port: 0, db: ':memory:' });
  client = new OpenAI({ baseURL: server.url, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.close());

describe('client.embeddings', () => {
  const model = 'text-embedding-3-small';

  it('decodes the same numbers from base64, which it asks for, as it reads from floats', async () => {
    const input = ['one text', 'another text', 'それ'];
    const decoded = await client.embeddings.create({ model, input });
    const floats = await client.embeddings.create({ model, input, encoding_format: 'float' });
    const { data } = await client.embeddings.create({ model, input, encoding_format: 'base64' });
    expect(decoded.data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 1536],
      [1, 1536],
      [2, 1536],
    ]);
    expect(decoded.data.map(({ embedding }) => [...embedding])).toEqual(
      floats.data.map(({ embedding }) => embedding),
    );
    expect(data.map(({ embedding }) => typeof embedding)).toEqual(['string', 'string', 'string']);
    expect(decoded.usage).toEqual(floats.usage);
  });

  it('takes token ids and dimensions', async () => {
    const { data, usage } = await client.embeddings.create({
      model,
      input: [[9906, 1917], [9906]],
      dimensions: 8,
    });
    const text = await client.embeddings.create({ model, input: 'Hello world', dimensions: 8 });
    expect(data[0]?.embedding).toEqual(text.data[0]?.embedding);
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
  });

  it('throws a BadRequestError that names the item at fault', async () => {
    await expect(client.embeddings.create({ model, input: ['a', ''] })).rejects.toMatchObject({
      constructor: OpenAI.BadRequestError,
      param: 'input[1]',
    });
  });
});

describe('client.moderations', () => {
  it('reads the result of a text, of texts and of items, without naming a model', async () => {
    const text = await client.moderations.create({ input: 'I will kill you' });
    expect(text).toMatchObject({ model: 'omni-moderation-latest', results: [{ flagged: true }] });
    const { results } = await client.moderations.create({ input: ['fine', '[flag:hate]', 'fine'] });
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true, false]);
    expect(results[1]?.categories.hate).toBe(true);
    const items = await client.moderations.create({
      input: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png#flag:violence/graphic' } },
      ],
    });
    expect(items.results[0]?.categories['violence/graphic']).toBe(true);
    expect(items.results[0]?.category_applied_input_types['violence/graphic']).toEqual(['text', 'image']);
  });

  it('throws a BadRequestError that names the item at fault', async () => {
    const input = ['a', 4] as string[];
    await expect(client.moderations.create({ input })).rejects.toMatchObject({
      constructor: OpenAI.BadRequestError,
      param: 'input[1]',
    });
  });
});

describe('client.completions', () => {
  const model = 'gpt-3.5-turbo-instruct';

  it('streams the same text as it creates, with the usage', async () => {
    const body = { model, prompt: ['Count to 30', 'What is 2 + 2?'], n: 2, logprobs: 2, max_tokens: 30 };
    const created = await client.completions.create(body);
    expect(created.choices).toHaveLength(4);
    const texts = ['', '', '', ''];
    let usage: unknown;
    const stream = await client.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      usage = chunk.usage;
      for (const { index, text } of chunk.choices) texts[index] += text;
    }
    expect(texts).toEqual(created.choices.map(({ text }) => text));
    expect(usage).toEqual(created.usage);
  });

  it('throws a BadRequestError that names the prompt at fault', async () => {
    const prompt = ['a', 4] as string[];
    await expect(client.completions.create({ model, prompt })).rejects.toMatchObject({
      constructor: OpenAI.BadRequestError,
      param: 'prompt[1]',
    });
  });

  it('stops when the caller breaks out of the loop, and the server goes on', async () => {
    const slow = await startServer({ port: 0, db: ':memory:', tokensPerSecond: 1 });
    const slowClient = new OpenAI({ baseURL: slow.url, apiKey: 'any', maxRetries: 0 });
    const body = { model, prompt: 'Count to 100', max_tokens: 300 };
    for await (const chunk of await slowClient.completions.create({ ...body, stream: true })) {
      if (chunk.choices[0]?.text) break;
    }
    expect((await slowClient.completions.create({ ...body, max_tokens: 1 })).choices).toHaveLength(1);
    // Fails by its time limit if the response that nobody reads is still being written.
    await slow.close();
  }, 8_000);
});

describe('a server that is killed in the middle of a stream', () => {
  it('leaves the client with an error, not with a text that looks whole', async () => {
    const cli = runCLI(['--port', '0', '--db', ':memory:', '--tokens-per-second', '20']);
    try {
      const cut = new OpenAI({ baseURL: await cli.url(), apiKey: 'any', maxRetries: 0 });
      const body = { model: 'any', prompt: 'Count to 100', max_tokens: 300, stream: true as const };
      const reading = (async () => {
        for await (const chunk of await cut.completions.create(body)) {
          if (chunk.choices[0]?.text) cli.child.kill('SIGKILL');
        }
      })();
      await expect(reading).rejects.toThrow(/terminated|closed|reset/i);
    } finally {
      await cli.end('SIGKILL');
    }
  });
});

describe('client.models', () => {
  it('lists, retrieves and refuses to delete', async () => {
    const names = [];
    for await (const { id } of client.models.list()) names.push(id);
    expect(names).toEqual(['sandbox']);
    expect((await client.models.retrieve('org/any')).id).toBe('org/any');
    await expect(client.models.delete('sandbox')).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
  });
});

it('both packages read the same', async () => {
  const ours = new Colloquy({ baseURL: server.url, apiKey: 'any', maxRetries: 0 });
  const texts = { model: 'text-embedding-3-small', input: ['one text', 'another'], dimensions: 16 };
  expect(await ours.embeddings.create(texts)).toEqual(await client.embeddings.create(texts));
  const moderated = { input: ['fine', '[flag:hate]'] };
  expect((await ours.moderations.create(moderated)).results).toEqual(
    (await client.moderations.create(moderated)).results,
  );
  const body = { model: 'any', prompt: ['Count to 30', 'Hi'], logprobs: 2 };
  const { choices } = await client.completions.create(body);
  expect((await ours.completions.create(body)).choices).toEqual(choices);
  const streamed = ['', ''];
  for await (const chunk of await ours.completions.create({ ...body, stream: true }))
    for (const { index, text } of chunk.choices) streamed[index] += text;
  expect(streamed).toEqual(choices.map(({ text }) => text));
});
