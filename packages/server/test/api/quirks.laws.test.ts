import { OpenAI } from 'colloquy';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxModel } from '../../src/index.ts';
import { quirkNames } from '../../src/sandbox/quirks.ts';
import { completionBody, testApp, type TestApp } from '../support/app.ts';
import { call, calls, fixtures, user, weather } from '../support/scenes.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ fixtures, model: sandboxModel({ id: 'test-model' }) });
});
afterAll(() => app.close());

/** What the wire does not carry, or a program cannot tell apart. Every other name gives the same answer as no quirk. */
type Kind = 'text' | 'json' | 'calls';
const losses: Record<string, { reason: string } & Partial<Record<Kind, 'rejects' | RegExp>>> = {
  glm: { reason: 'one frame is lost inside another', text: 'rejects', json: 'rejects', calls: 'rejects' },
  'vllm-doubled': { reason: 'the arguments come twice', calls: /\}\{/ },
  'cloudflare-text-calls': { reason: 'the call is text', calls: /name\W+get_weather/ },
  'openai-parallel': { reason: 'several calls are one', calls: /multi_tool_use\.parallel/ },
  bedrock: {
    reason: 'the reasoning is part of the text',
    text: /^<reasoning>/,
    json: 'rejects',
    calls: /<reasoning>/,
  },
};

describe('the client', () => {
  interface Said {
    content: string | null;
    calls: [string, unknown][];
  }

  async function fold(quirk: string, body: object): Promise<Said[]> {
    const client = new OpenAI({
      apiKey: 'any',
      baseURL: 'http://127.0.0.1/v1',
      maxRetries: 0,
      logLevel: 'off',
      defaultHeaders: { 'x-sandbox-quirk': quirk },
      fetch: async (url, init) => app.fetch(new Request(url as string, init)),
    });
    const stream = client.chat.completions.stream(completionBody(body) as never);
    const { choices } = await stream.finalChatCompletion();
    return choices.map(({ message }) => ({
      content: message.content || null, // '' beside calls says as little
      calls: (message.tool_calls ?? []).map((one: any) => [
        one.function.name,
        argumentsOf(one.function.arguments),
      ]),
    }));
  }

  function argumentsOf(json: string): unknown {
    try {
      return JSON.parse(json);
    } catch {
      return json;
    }
  }

  const city = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
    additionalProperties: false,
  };
  const scenes: [Kind, fc.Arbitrary<object>][] = [
    [
      'text',
      fc
        .constantFrom('Count to 12', 'What is 17 * 23?', 'Write a poem about tides', 'Say "007 1 2e3"')
        .map(user),
    ],
    [
      'json',
      fc.constant({
        ...user('Plan three days in Lisbon'),
        response_format: { type: 'json_schema', json_schema: { name: 'plan', strict: true, schema: city } },
      }),
    ],
    [
      'calls',
      fc
        .record({
          cities: fc.constantFrom('Paris and Rome', 'Oslo and Lima'),
          seed: fc.integer({ min: 0, max: 99 }),
        })
        .map(({ cities, seed }) => ({
          ...user(`What is the weather in ${cities}?`),
          tools: [weather],
          seed,
        })),
    ],
  ];

  it.each(quirkNames)('reads the same from the wire of %s, where it is there', async (quirk) => {
    const loss = losses[quirk];
    for (const [kind, scene] of scenes) {
      await fc.assert(
        fc.asyncProperty(scene, async (body) => {
          const expected = await fold('none', body);
          const lost = loss?.[kind];
          if (lost === undefined) expect(await fold(quirk, body)).toEqual(expected);
          else if (lost === 'rejects') await expect(fold(quirk, body)).rejects.toBeInstanceOf(Error);
          else {
            const got = await fold(quirk, body);
            expect(got).not.toEqual(expected);
            expect(kind === 'text' ? got[0]?.content : JSON.stringify(got)).toMatch(lost);
          }
        }),
        { numRuns: 4 },
      );
    }
  });

  it('reads one call too from every wire that carries several', async () => {
    for (const quirk of quirkNames) {
      if (losses[quirk]?.calls) continue;
      expect((await fold(quirk, call))[0]?.calls, quirk).toEqual([['get_weather', { city: 'Paris' }]]);
    }
  });

  it('tells several choices apart on every wire that has an index for them', async () => {
    for (const body of [
      { ...user('How do tides work?'), n: 3 },
      { ...calls, n: 2 },
    ]) {
      const expected = await fold('none', body);
      for (const quirk of quirkNames.filter((name) => !losses[name] && name !== 'cloudflare')) {
        expect(await fold(quirk, body), quirk).toEqual(expected);
      }
    }
  });
});
