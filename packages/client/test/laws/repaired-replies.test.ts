// What a tool loop sends back of replies that lack what the API requires: the same, streamed or not.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import { completion, eventStream } from '../support/chunks.ts';
import { fakeFetch, json } from '../support/fake-fetch.ts';

type Fields = Record<string, any>;

/** A field that may be as it should be, one of the odd values, or not there. */
const odd = (right: unknown, ...values: unknown[]): fc.Arbitrary<unknown> =>
  fc.constantFrom(right, right, undefined, ...values);

const record = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> =>
  fc
    .record(fields)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)));

const functionCall = record({
  id: odd('call_1', null, ''),
  type: odd('function', null),
  function: record({ name: odd('f', null), arguments: odd('{"x":1}', null, '', { x: 1 }) }),
});
const customCall = record({
  id: odd('call_2', null),
  type: odd('custom', null),
  custom: record({ name: odd('c', null), input: odd('go', null, '') }),
});
const reply = record({
  role: odd('assistant', null, ''),
  content: odd('Let me see.', null, ''),
  refusal: odd(null),
  reasoning_content: odd('Hm.', null),
  function_call: odd(null),
  tool_calls: fc.array(fc.oneof(functionCall, customCall, odd(null, 1) as fc.Arbitrary<any>), {
    maxLength: 3,
  }),
}).map((message) => ({
  ...message,
  tool_calls: message['tool_calls'].filter((call: unknown) => call !== undefined),
}));

const tools: any = [
  {
    type: 'function',
    function: { name: 'f', description: '', parameters: {}, function: (args: string) => `f ${args}` },
  },
  { type: 'custom', custom: { name: 'c', function: (input: string) => `c ${input}` } },
];

/** The conversation of a run whose first reply is `message`, as sent and as kept; ids that were made up by their order. */
async function conversation(message: object, stream: boolean): Promise<unknown> {
  const first = {
    ...completion(''),
    choices: [{ index: 0, finish_reason: 'tool_calls', logprobs: null, message }],
  };
  const answers = [first, completion('Done')];
  const fetch = fakeFetch(...answers.map((answer) => (stream ? eventStream([answer]) : json(answer))));
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0, fetch });
  const run = client.chat.completions.runTools({ model: 'm', messages: [], stream, tools } as any);
  await run.done();
  const sent = fetch.requests.map(({ body }) => JSON.parse(body as string).messages);
  const kept = (run.messages as Fields[]).map((message) =>
    // A null says as little as a field that is not there.
    Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null)),
  );
  const ids: string[] = [];
  const text = JSON.stringify([sent, kept]).replace(/call_[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `call_${ids.indexOf(id)}`;
  });
  return JSON.parse(text, (key, value) => (key === 'parsed_arguments' ? undefined : value));
}

it('a reply is repaired the same way, streamed or not', async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (message) => {
      const whole: any = await conversation(message, false);
      expect(whole).toEqual(await conversation(message, true));
      for (const [sent] of whole[0].slice(1)) {
        expect(sent.role).toBe('assistant');
        for (const { id, type, function: called, custom } of sent.tool_calls) {
          const texts = type === 'function' ? [called.name, called.arguments] : [custom.name, custom.input];
          for (const text of [id, ...texts]) expect(text).toBeTypeOf('string');
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('what cannot be repaired is named', async () => {
  const run = (tool_calls: unknown[]): Promise<unknown> =>
    conversation({ role: 'assistant', tool_calls }, false);
  const good = { id: 'a', type: 'function', function: { name: 'f', arguments: '' } };
  await expect(run([good, { id: 'b', type: 'function' }])).rejects.toThrow(
    'missing choices[0].message.tool_calls[1].function',
  );
  await expect(run([{ id: 'b', type: 'custom' }])).rejects.toThrow(
    'missing choices[0].message.tool_calls[0].custom.name',
  );
});
