import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectGrowth } from '../../../../test/growth.ts';
import { ApiError } from '../http/errors.ts';
import { atOnce } from '../slices.ts';
import { parameters } from './rules.ts';
import { validateCompletion } from './validate.ts';

const user = { role: 'user', content: 'Hello' };
const minimal = { model: 'sandbox', messages: [user] };
const parametersSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const weather = {
  type: 'function',
  function: { name: 'get_weather', description: 'Weather', parameters: parametersSchema, strict: true },
};
const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } };

/** What a body is refused with; `undefined` when it is a request. */
function refusal(body: unknown): Pick<ApiError, 'status' | 'message' | 'param' | 'code'> | undefined {
  try {
    atOnce(validateCompletion(body));
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const { status, message, param, code } = thrown;
    return { status, message, param, code };
  }
}

describe('every JSON value', () => {
  /** A value with something changed somewhere inside. */
  const damaged = fc
    .tuple(
      fc.constantFrom<object>(
        {},
        { tools: [weather], tool_choice: 'auto' },
        {
          messages: [
            user,
            { role: 'assistant', tool_calls: [call] },
            { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'x' }] },
          ],
        },
        {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'n', strict: true, schema: parametersSchema },
          },
          stream: true,
          stream_options: { include_usage: true },
          metadata: { a: 'b' },
          stop: ['x'],
          logit_bias: { 1: 1 },
        },
      ),
      fc.nat(60),
      fc.jsonValue(),
    )
    .map(([fields, at, value]) => {
      let left = at;
      return JSON.parse(JSON.stringify({ ...minimal, ...fields }), (_, old: unknown) =>
        left-- === 0 ? value : old,
      ) as unknown;
    });

  it('is a request or an ApiError with status 400, never another failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          damaged,
          fc.dictionary(fc.constantFrom(...Object.keys(parameters), '__proto__', 'x'), fc.jsonValue()),
        ),
        (body) => {
          const found = refusal(body);
          expect(found === undefined || (found.status === 400 && found.message.length > 0)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('costs time in proportion to its size', async () => {
    const bodyOf = (count: number): object => ({
      ...minimal,
      messages: [
        { role: 'user', content: Array.from({ length: count }, () => ({ type: 'text', text: 'x' })) },
      ],
    });
    await expectGrowth({ make: bodyOf, read: (body) => atOnce(validateCompletion(body)), size: 10_000 });
  });
});
