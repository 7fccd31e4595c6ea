// Text of every kind of stream, and what leaving one does to its request.
import { describe, expect, it } from 'vitest';
import { OpenAI } from '../entries/index.ts';
import { eventStream, text, toolCall } from '../../test/support/chunks.ts';
import { fakeFetch } from '../../test/support/fake-fetch.ts';
import { eventually } from '../../test/support/http-server.ts';
import { body, client, server, streamed } from '../../test/support/sandbox.ts';
import { stalling } from '../../test/support/stalling.ts';

const tool = {
  type: 'function',
  function: { name: 'look', description: 'Looks', parameters: {}, function: () => 'seen' },
} as const;
const kinds = {
  create: async ({ chat }: OpenAI) => chat.completions.create(streamed),
  stream: async ({ chat }: OpenAI) => chat.completions.stream(body),
  runTools: async ({ chat }: OpenAI) => chat.completions.runTools({ ...streamed, tools: [tool] }),
};
const methods = Object.keys(kinds) as (keyof typeof kinds)[];

async function joined(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

describe.each(methods)('the text of %s', (method) => {
  it('is the content', async () => {
    const stream = await kinds[method](client);
    const text = await joined(stream.textStream());
    const whole = await client.chat.completions.create(body);
    expect(text).toBe(
      'finalContent' in stream ? await stream.finalContent() : whole.choices[0]!.message.content,
    );
  });

  it.each(['break', 'throw', 'return'])('closes the connection when its loop is left by %s', async (how) => {
    const { client: upstream, closed } = await stalling();
    const stream = await kinds[method](upstream);
    const read = async (): Promise<void> => {
      for await (const text of stream.textStream()) {
        expect(text).toBe('Hello');
        if (how === 'throw') throw new Error('enough');
        if (how === 'return') return;
        break;
      }
    };
    await read().catch((error: Error) => expect(error.message).toBe('enough'));
    await eventually(() => expect(closed()).toBe(1));
  });

  it('closes the connection when it is left while a chunk is awaited', async () => {
    const { client: upstream, closed } = await stalling();
    const stream = await kinds[method](upstream);
    const texts = stream.textStream();
    expect(await texts.next()).toEqual({ done: false, value: 'Hello' });
    const pending = texts.next();
    await texts.return!();
    expect((await pending).done).toBe(true);
    await eventually(() => expect(closed()).toBe(1));
  });

  it('rejects when the stream fails', async () => {
    const cutting = new OpenAI({
      apiKey: 'k',
      baseURL: server.url,
      logLevel: 'off',
      defaultHeaders: { 'x-sandbox-fault': 'cut-after=4' },
    });
    const stream = await kinds[method](cutting);
    await expect(joined(stream.textStream())).rejects.toMatchObject({ partial: expect.anything() });
  });
});

it('a tool run has the text of every completion, with a blank line between two', async () => {
  const turns = [
    [...text('Let me', ' look.').slice(0, -1), ...toolCall('look', '{}').slice(1)],
    toolCall('look', '{}'),
    text('It is', ' there.'),
  ];
  const fetch = fakeFetch(...turns.map((chunks) => eventStream(chunks)));
  const run = new OpenAI({ apiKey: 'k', fetch }).chat.completions.runTools({
    ...streamed,
    tools: [tool],
  });
  const pieces: string[] = [];
  for await (const piece of run.textStream()) pieces.push(piece);
  expect(pieces).toEqual(['Let me', ' look.', '\n\n', 'It is', ' there.']);
});

it('several readers of a helper each have the text; a stream has one reader', async () => {
  const helper = client.chat.completions.stream(body);
  const [one, other] = await Promise.all([joined(helper.textStream()), joined(helper.textStream())]);
  expect(one).toBe(other);
  const stream = await client.chat.completions.create(streamed);
  await joined(stream.textStream());
  const [left, right] = (await client.chat.completions.create(streamed)).tee();
  expect(await Promise.all([joined(left.textStream()), joined(right.textStream())])).toEqual([one, one]);
});

it('a branch of a tee that is left leaves the text of the other', async () => {
  const [left, right] = (await client.chat.completions.create(streamed)).tee();
  for await (const piece of left.textStream()) if (piece) break;
  const whole = await client.chat.completions.create(body);
  expect(await joined(right.textStream())).toBe(whole.choices[0]!.message.content);
});

describe.each(methods)('await using with %s', (method) => {
  it('closes the connection of what is unfinished', async () => {
    const { client: upstream, closed, asked } = await stalling();
    {
      await using stream = await kinds[method](upstream);
      for await (const text of stream) {
        void text;
        break;
      }
    }
    {
      await using stream = await kinds[method](upstream);
      if ('done' in stream) await stream.emitted('chunk');
    }
    expect(asked()).toBe(2);
    await eventually(() => expect(closed()).toBe(2));
  });

  it('leaves what is finished as it is, and keeps an error of the block', async () => {
    let controller: AbortController | undefined;
    const using = async (): Promise<void> => {
      await using stream = await kinds[method](client);
      ({ controller } = stream);
      await joined(stream.textStream());
      throw new TypeError('of the block');
    };
    await expect(using()).rejects.toThrow(new TypeError('of the block'));
    expect(controller!.signal.aborted).toBe(false);
  });
});

it('await using waits for the end of a run, and does not throw its error', async () => {
  const events: string[] = [];
  {
    await using run = client.chat.completions.runTools({ ...body, tools: [tool] });
    for (const event of ['abort', 'error', 'end'] as const) run.on(event, () => events.push(event));
  }
  expect(events).toEqual(['abort', 'end']);
  {
    await using stream = client.chat.completions.stream(body, {
      headers: { 'x-sandbox-fault': 'status=400' },
    });
    stream.on('error', () => events.push('error'));
    await stream.emitted('end').catch(() => {});
  }
  expect(events).toEqual(['abort', 'end', 'error']);
});

it('await using a branch of a tee leaves the other branch', async () => {
  const [left, right] = (await client.chat.completions.create(streamed)).tee();
  {
    await using branch = left;
    for await (const chunk of branch) {
      void chunk;
      break;
    }
  }
  const whole = await client.chat.completions.create(body);
  expect(await joined(right.textStream())).toBe(whole.choices[0]!.message.content);
});
