import { OpenAI } from 'colloquy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingOf, type WireDump } from './dump.ts';
import type { Recording } from './recording.ts';
import { replay } from './replay.ts';

const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };

type Failure = Error & WireDump;

/** The error of a client that reads the recording. */
async function failureOf(recording: Recording, stream: boolean): Promise<Failure> {
  const client = new OpenAI({
    apiKey: 'any',
    baseURL: 'http://localhost/v1',
    debugWire: true,
    maxRetries: 0,
    logLevel: 'off',
    fetch: () => replay(recording),
  });
  try {
    if (!stream) await client.chat.completions.create(body);
    else for await (const chunk of await client.chat.completions.create({ ...body, stream })) void chunk;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it did not fail');
}

const facts = ({ name, message, raw, partial }: Failure): unknown[] => [name, message, raw, partial];

const delta = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((content) => ({ content })),
  fc.string().map((text) => ({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: text } }],
  })),
  fc.string().map((refusal) => ({ refusal })),
);
const events = fc.array(delta, { maxLength: 4 }).map((deltas) =>
  [{ role: 'assistant' }, ...deltas].map((delta) => {
    const choices = [{ index: 0, delta, finish_reason: null }];
    return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
  }),
);
const failing = fc.oneof(
  fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((text) => `data: {"choices": ${text.replaceAll(/[\r\n]/g, '')}`),
  fc.constantFrom(
    'data: {"choices":[{"index":0,"delta":{"content":"cut',
    'data: <html>',
    ': ping\nid: 7\ndata: {]',
  ),
);

describe('a debugWire dump', () => {
  it('of an event replays to the same error, with the same completion before it', async () => {
    await fc.assert(
      fc.asyncProperty(events, failing, async (before, event) => {
        const first = await failureOf({ chunks: [...before, `${event}\n\n`] }, true);
        if (first.raw === undefined) return;
        const again = await failureOf(recordingOf(first), true);
        expect(facts(again)).toEqual(facts(first));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['HTML', { text: '<html>Log in</html>' }],
    ['half a completion', { text: '{"choices":[' }],
    ['another type', { text: 'gone', headers: { 'content-type': 'text/weird' } }],
  ])('of %s replays to the same error', async (_name, recording) => {
    const first = await failureOf(recording, false);
    expect(first.raw).toBe(recording.text);
    expect(facts(await failureOf(recordingOf(first), false))).toEqual(facts(first));
  });

  it('has no credentials', () => {
    const recording = recordingOf({ raw: 'data: sk-proj-0123456789abcdefghij', partial: { choices: [] } });
    expect(JSON.stringify(recording)).not.toContain('sk-proj');
  });

  it('that is none says how to get one', () => {
    expect(() => recordingOf(new Error('a') as WireDump)).toThrow('debugWire: true');
  });
});
