import { OpenAI } from 'colloquy';
import * as fc from 'fast-check';
import { OpenAI as Original } from 'openai';
import { describe, expect, it } from 'vitest';
import {
  everyFailure,
  type EveryFailureOptions,
  type FailureReport,
  type ProblemKind,
  type Run,
} from '../../src/testing/index.ts';
import { chunksOf } from '../support/scripted-model.ts';

const text = 'Tides are caused by the Moon — naïvely 🌊.';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const params = { model: 'm', messages };

function completionOf(content: string): OpenAI.ChatCompletion {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content, refusal: null },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 9, total_tokens: 10 },
  };
}

type Client = typeof OpenAI;
type Fetch = typeof globalThis.fetch;

const ours = (fetch: Fetch): OpenAI =>
  new OpenAI({ apiKey: 'k', fetch, logLevel: 'off', timeout: 200, firstChunkTimeout: 200, idleTimeout: 100 });
const original = (fetch: Fetch): OpenAI =>
  new (Original as unknown as Client)({ apiKey: 'k', fetch, logLevel: 'off' });

class Incomplete extends Error {}

/** What servers send at the end of a whole text. */
const ends = ['stop', 'eos', null];

/** A program that takes care: it looks at the finish reason. */
const careful: Run = async (fetch) => {
  const { choices } = await ours(fetch).chat.completions.stream(params).finalChatCompletion();
  const [{ finish_reason: reason, message }] = choices as [(typeof choices)[number]];
  if (!ends.includes(reason)) throw new Incomplete(reason);
  return message.content;
};

const quick: EveryFailureOptions = { hangMs: 4_000 };

const problemsOf = (report: FailureReport, kind: ProblemKind): string[] =>
  report.problems.filter(({ problem }) => problem === kind).map(({ variant }) => variant);

describe('everyFailure', { timeout: 60_000 }, () => {
  it('finds nothing in a careful program with our client, and tries everything', async () => {
    const report = await everyFailure(completionOf(text), careful, quick);
    expect(String(report)).toMatch(/^\d+ variants, 0 with a problem$/);
    report.assert();
    const groups = new Set(report.results.map(({ group }) => group));
    expect([...groups].toSorted()).toEqual(['cut', 'dialect', 'error', 'reset', 'split', 'stall', 'status']);
    const cuts = report.results.filter(({ variant }) => /^cut (?:after|before)/.test(variant));
    expect(cuts).toHaveLength(12);
    expect(cuts.at(-1)).toMatchObject({ variant: 'cut after event 11 of 12', outcome: 'delivered' });
    expect(cuts.at(0)).toMatchObject({ variant: 'cut before the first event', outcome: 'failed' });
  });

  it('finds nothing in one that does not stream', async () => {
    const report = await everyFailure(
      completionOf(text),
      async (fetch) => (await ours(fetch).chat.completions.create(params)).choices[0]?.message.content,
      quick,
    );
    expect(report.problems).toEqual([]);
    expect(report.results.length).toBeGreaterThan(40);
  });

  it('finds in a raw loop of openai what docs/differences.md says', async () => {
    const report = await everyFailure(
      completionOf(text),
      async (fetch) => {
        let said = '';
        for await (const chunk of await original(fetch).chat.completions.create({ ...params, stream: true }))
          said += chunk.choices[0]?.delta?.content ?? '';
        return said;
      },
      { ...quick, dialects: ['ollama', 'vllm', 'huggingface'] },
    );
    expect(problemsOf(report, 'hung')).toContain('stalled before the first event');
    const lost = problemsOf(report, 'lost text');
    expect(lost).toEqual(
      expect.arrayContaining([
        'cut before the first event',
        'cut after event 3 of 12',
        'status 200 with an HTML page',
        'fails mid-stream in the format of ollama',
      ]),
    );
    expect(lost).not.toContain('cut after event 10 of 12');
    expect(problemsOf(report, 'untyped')).toEqual(
      expect.arrayContaining([
        'cut inside event 2 of 12',
        'reset after event 1 of 12',
        'fails mid-stream in the format of vllm',
      ]),
    );
    expect(problemsOf(report, 'rejected')).toEqual(['in the format of huggingface']);
  });

  it('finds in stream() of openai the dialects it cannot read', async () => {
    const report = await everyFailure(
      completionOf(text),
      (fetch) => original(fetch).chat.completions.stream(params).finalContent(),
      { groups: ['dialect'] },
    );
    expect(problemsOf(report, 'rejected')).toEqual([
      'in the format of vllm-unfinished',
      'in the format of mistral-glm',
      'in the format of gemini-early',
      'in the format of cloudflare',
      'in the format of huggingface',
    ]);
  });

  it.each<[string, ProblemKind, string, Run]>([
    [
      'that hides errors',
      'lost text',
      'status 429',
      async (fetch) => {
        try {
          return await careful(fetch, '');
        } catch {
          return 'Sorry!';
        }
      },
    ],
    [
      'that rejects with a text',
      'untyped',
      'status 502 with an HTML page',
      (fetch, variant) =>
        Promise.resolve(careful(fetch, variant)).catch(() => {
          throw 'failed';
        }),
    ],
    [
      'that parses network chunks as if they were events',
      'rejected',
      '7 bytes at a time',
      async (fetch) => {
        const response = await post(fetch);
        let said = '';
        for await (const piece of response.body!) {
          for (const event of Buffer.from(piece).toString().split('\n\n')) {
            const data = event.slice(6);
            if (data === '' || data === '[DONE]') continue;
            said += JSON.parse(data).choices[0].delta.content ?? '';
          }
        }
        return said;
      },
    ],
    [
      'that leaves a promise alone',
      'unhandled',
      'status 429',
      async (fetch) => {
        const pending = Promise.resolve(careful(fetch, ''));
        void pending.then((said) => said);
        return pending;
      },
    ],
    [
      'that waits for what never comes',
      'hung',
      'status 429',
      (fetch, variant) => Promise.resolve(careful(fetch, variant)).catch(() => new Promise<never>(() => {})),
    ],
  ])('finds a program %s', async (_name, kind, variant, run) => {
    const options = { ...quick, hangMs: 1_500, groups: ['split', 'status'] as const };
    const report = await everyFailure(completionOf(text), run, options);
    expect(problemsOf(report, kind)).toContain(variant);
    expect(String(report)).toContain(`  ${variant}: `);
    expect(() => report.assert()).toThrow(kind);
  });

  const post = (fetch: Fetch): Promise<Response> =>
    fetch('http://x/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ ...params, stream: true }),
    });

  it('sees the failures of a handler that returns a Response: its status, its broken body, its error events', async () => {
    const handlers: [name: string, (stream: AsyncIterable<OpenAI.ChatCompletionChunk>) => Response][] = [
      ['breaks', (stream) => new Response(bodyOf(stream, (controller, error) => controller.error(error)))],
      [
        'sends an error',
        (stream) =>
          new Response(
            bodyOf(stream, (controller) => {
              controller.enqueue(Buffer.from('data: {"error":{"message":"failed"}}\n\n'));
              controller.close();
            }),
          ),
      ],
    ];
    for (const [name, respond] of handlers) {
      const report = await everyFailure(
        completionOf(text),
        async (fetch) => {
          try {
            const stream = await ours(fetch).chat.completions.create({ ...params, stream: true });
            return respond(stream);
          } catch {
            return new Response('failed', { status: 502 });
          }
        },
        { groups: ['cut', 'status', 'error', 'dialect'], dialects: ['gemini'] },
      );
      expect(problemsOf(report, 'lost text'), name).toEqual(['cut before the first event']);
      expect(report.problems, name).toHaveLength(1);
    }
  });

  it('takes a recording in every form', async () => {
    const chunks = chunksOf(['One ', 'two']);
    const stream = `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')}: done\r\n\r\ndata: [DONE]\r\n\r\n`;
    const exchange = {
      version: 1,
      request: { path: '/chat/completions', body: {} },
      response: {
        status: 200,
        chunks: [[3, stream.slice(0, 40)], { base64: Buffer.from(stream.slice(40)).toString('base64') }],
      },
    };
    const forms = [
      chunks,
      stream,
      completionOf('One two'),
      JSON.stringify(completionOf('One two'), null, 2),
      exchange,
      JSON.stringify(exchange),
      { response: { json: completionOf('One two') } },
      { response: { text: stream } },
      exchange.response,
      { raw: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`).join('\n\n') },
      [completionOf('One two')],
    ];
    for (const form of forms) {
      const seen: unknown[] = [];
      const report = await everyFailure(
        form as never,
        async (fetch) => {
          const said = await careful(fetch, '');
          seen.push(said);
          return said;
        },
        { groups: ['split'] },
      );
      expect(report.problems).toEqual([]);
      expect(new Set(seen)).toEqual(new Set(['One two']));
    }
  });

  it('refuses a recording, or a run, that it cannot work with', async () => {
    const refusals: [unknown, Run, RegExp][] = [
      ['data: {', careful, /data of event 1 is not JSON/],
      ['data: {"error":{}}\n\n', careful, /no 'choices' in chunk 1/],
      ['', careful, /has no chunks/],
      ['{"model"', careful, /cannot be parsed/],
      [[], careful, /There are no recordings/],
      [{ response: { status: 429, text: '' } }, careful, /has the status 429/],
      [{}, careful, /has no chunks/],
      [null, careful, /neither an object nor a string/],
      [{ error: {} }, careful, /The recording: error: is unknown/],
      [{ raw: undefined }, careful, /debugWire/],
      [completionOf(text), () => 'hard-coded', /sent no request/],
      [completionOf(text), async (fetch) => void (await careful(fetch, '')), /returned no text/],
      [completionOf(text), () => new Promise<never>(() => {}), /was still running after/],
      [
        completionOf(text),
        () => {
          throw new Incomplete('early');
        },
        /failed: Incomplete: early/,
      ],
      [
        completionOf(text),
        async (fetch) => {
          await post(fetch);
          return (await fetch('http://x', { method: 'POST', body: '{}' })).text();
        },
        /sent request 2/,
      ],
    ];
    for (const [recording, run, message] of refusals) {
      await expect(everyFailure(recording as never, run, { hangMs: 300 })).rejects.toThrow(message);
    }
    await expect(everyFailure(completionOf(text), careful, { dialects: ['olama'] })).rejects.toThrow(
      "Unknown dialect 'olama'",
    );
  });

  it('fails the requests of a run in turn, and gives a retry the same', async () => {
    const call = {
      id: 'call_1',
      type: 'function' as const,
      function: { name: 'tide', arguments: '{"at":"Brest"}' },
    };
    const calling = completionOf('');
    Object.assign(calling.choices[0]!, {
      finish_reason: 'tool_calls',
      message: { role: 'assistant', content: null, refusal: null, tool_calls: [call] },
    });
    const report = await everyFailure(
      [calling, completionOf('High at noon.')],
      async (fetch) => {
        const tool = {
          type: 'function' as const,
          function: {
            name: 'tide',
            parameters: { type: 'object', properties: {} },
            parse: JSON.parse,
            function: ({ at }: { at: string }) => `${at}: high at noon`,
          },
        };
        const runner = ours(fetch).chat.completions.runTools({
          ...params,
          stream: true,
          tools: [tool as never],
        });
        return runner.finalContent();
      },
      { ...quick, groups: ['split', 'status', 'reset'] },
    );
    expect(report.problems).toEqual([]);
    expect(new Set(report.results.map(({ request }) => request))).toEqual(new Set([1, 2]));
    const once = report.results.filter(({ variant }) => variant.endsWith(', once'));
    expect(once).toHaveLength(6);
    for (const { outcome } of once) expect(outcome).toBe('delivered');
  });

  it('gives any text whole in any pieces, and never calls a part of it whole', async () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(words, async (content) => {
        const options = { groups: ['cut', 'split', 'dialect'] as const, dialects: ['deepseek', 'longcat'] };
        const report = await everyFailure(completionOf(content), careful, options);
        expect(report.problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

/** The text of a stream as a body that ends with `fail` when the stream throws. */
function bodyOf(
  stream: AsyncIterable<OpenAI.ChatCompletionChunk>,
  fail: (controller: ReadableStreamDefaultController<Uint8Array>, error: unknown) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      try {
        for await (const chunk of stream)
          controller.enqueue(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
        controller.close();
      } catch (error) {
        fail(controller, error);
      }
    },
  });
}
