import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { growth, linear } from '../../../../test/growth.ts';
import { APIError } from '../errors/api-error.ts';
import { log, logs, parseLogLevel } from './log.ts';
import { redactingLogger } from './redact.ts';
import type { Logger, LogLevel } from './log.ts';

const spies = (): Logger => ({
  error: vi.fn<Logger['error']>(),
  warn: vi.fn<Logger['warn']>(),
  info: vi.fn<Logger['info']>(),
  debug: vi.fn<Logger['debug']>(),
});

/** What reaches a logger when `value` is logged. */
function logged(value: unknown): any {
  const logger = spies();
  redactingLogger(logger).info('', value);
  return vi.mocked(logger.info).mock.calls[0]![1];
}

describe('levels', () => {
  const order = ['off', 'error', 'warn', 'info', 'debug'] as const;

  test('a call is logged when its level is at most the configured one', () => {
    for (const logLevel of order) {
      for (const level of ['error', 'warn', 'info', 'debug'] as const) {
        const logger = spies();
        const client = { logger, logLevel };
        const wanted = order.indexOf(level) <= order.indexOf(logLevel);
        log(client, level, 'm');
        expect(logs(client, level)).toBe(wanted);
        expect(logger[level]).toHaveBeenCalledTimes(wanted ? 1 : 0);
      }
    }
  });

  test('without a client or a level nothing is logged', () => {
    expect(logs(undefined, 'error')).toBe(false);
    expect(logs({ logger: spies(), logLevel: undefined }, 'error')).toBe(false);
  });

  test('a level that is none is told and dropped; none at all is dropped in silence', () => {
    const client = { logger: spies(), logLevel: 'warn' as LogLevel };
    expect(parseLogLevel('info', 'x', client)).toBe('info');
    expect(parseLogLevel(undefined, 'x', client)).toBeUndefined();
    expect(client.logger.warn).not.toHaveBeenCalled();
    expect(parseLogLevel('toString', 'ClientOptions.logLevel', client)).toBeUndefined();
    expect(client.logger.warn).toHaveBeenCalledWith(
      'ClientOptions.logLevel was set to "toString", expected one of ["off","error","warn","info","debug"]',
    );
  });
});

describe('the proxy', () => {
  test('nothing is read, let alone copied, when the level is off', () => {
    const get = vi.fn<() => string>(() => 'x');
    const details = new Proxy({ a: 1 }, { get, ownKeys: get as never });
    log({ logger: spies(), logLevel: 'info' }, 'debug', 'm', details);
    expect(get).not.toHaveBeenCalled();
  });

  test('methods run with the logger itself as this, frozen or with private fields', () => {
    class Own {
      #lines: unknown[] = [];
      info(...args: unknown[]): void {
        this.#lines.push(args);
      }
      count(): number {
        return this.#lines.length;
      }
      level = 5;
    }
    const proxy = redactingLogger(Object.freeze(new Own()) as never) as never as Own;
    proxy.info('m', { token: 't' });
    expect([proxy.count(), proxy.level]).toEqual([1, 5]);
  });

  test('a proxy is not wrapped again, and is not the logger', () => {
    const logger = spies();
    const proxy = redactingLogger(logger);
    expect(proxy).not.toBe(logger);
    expect(redactingLogger(proxy)).toBe(proxy);
  });

  test('a method put on the proxy is the one that is called', () => {
    const logger = spies();
    const proxy = redactingLogger(logger);
    const mine = vi.fn<Logger['info']>();
    proxy.info = mine;
    proxy.info('token=abc');
    expect(mine).toHaveBeenCalledWith('token=[REDACTED]');
    expect(logger.info).not.toHaveBeenCalled();
  });
});

describe('what is hidden', () => {
  const names =
    'authorization Proxy-Authorization x-api-key api-key apiKeys accessKey aws_access_key_id clientSecret secrets ' +
    'private_key password passwd pwd passphrase key sig sas jwt bearer auth X-Amz-Signature client_assertion ' +
    'credentials cookie set-cookie session_id token id_token refreshTokens subject_token webhookSecret';
  const visible =
    'model organization client_id tokenType completion_tokens_details publicKey idempotencyKey prompt_cache_key ' +
    'safety_identifier x-request-id keyboard monkey author authority user function logprobs keys';

  test.each(names.split(' '))('%s', (name) => {
    expect(logged({ [name]: 'v' })).toEqual({ [name]: '[REDACTED]' });
    expect(logged({ [name]: { deep: 'v' } })).toEqual({ [name]: '[REDACTED]' });
    expect(logged(`a ${name}=hunter2 b`)).toBe(`a ${name}=[REDACTED] b`);
    expect(logged(`${name}: hunter2; more\nnext`)).toBe(`${name}: [REDACTED]\nnext`);
    expect(logged(`{"${name}":"hunter2","a":1}`)).toBe(`{"${name}":"[REDACTED]","a":1}`);
    expect(logged(`'${name}': 'hunter2', b`)).toBe(`'${name}': '[REDACTED]', b`);
  });

  test.each(visible.split(' '))('not %s', (name) => {
    expect(logged({ [name]: 'v' })).toEqual({ [name]: 'v' });
    expect(logged(`${name}=v`)).toBe(`${name}=v`);
  });

  const counts =
    'max_tokens max_completion_tokens prompt_tokens completion_tokens total_tokens reasoning_tokens cached_tokens ' +
    'audio_tokens accepted_prediction_tokens thinking_budget_tokens';
  test.each(counts.split(' '))('not the count %s', (name) => {
    for (const count of [0, 128_000, -1, null, undefined])
      expect(logged({ [name]: count })).toEqual({ [name]: count });
    expect(logged(`${name}=5 and ${name}: 7`)).toBe(`${name}=5 and ${name}: 7`);
    const refusal = `Invalid '${name}': integer above maximum value`;
    expect(logged(refusal)).toBe(refusal);
  });

  test('a count under any other name in tokens, but not text or a list', () => {
    expect(logged({ thoughts_tokens: 5 })).toEqual({ thoughts_tokens: 5 });
    for (const value of ['ya29.secret', '5ecret', ['a']]) {
      expect(logged({ push_tokens: value })).toEqual({ push_tokens: '[REDACTED]' });
    }
  });

  test('not the rate limits in headers', () => {
    const limits = { 'x-ratelimit-remaining-tokens': '149', 'x-ratelimit-reset-tokens': '6m0s' };
    expect(logged(limits)).toEqual(limits);
    expect(logged(new Headers(limits))).toEqual(limits);
  });

  test('passwords in URLs, bearer tokens and keys in running text', () => {
    expect(logged('GET http://me:pw@h/x?token=abc&ok=1')).toBe(
      'GET http://[REDACTED]@h/x?token=[REDACTED]&ok=1',
    );
    expect(logged('Incorrect API key provided: sk-proj-abcdefgh12345.')).toBe(
      'Incorrect API key provided: sk-[REDACTED]',
    );
    expect(logged('sent Bearer abcdefgh12345==, refused')).toBe('sent Bearer [REDACTED], refused');
  });

  test('for any text, redacting twice is redacting once', () => {
    const word = fc.constantFrom(
      'token',
      'max_tokens',
      'a',
      '=',
      ':',
      ' ',
      '"',
      '\n',
      '5',
      'sk-abcdefghij',
      '://',
      '@',
      ',',
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join('')),
        (text) => {
          const once = logged(text);
          expect(logged(once)).toBe(once);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('for any place in plain data, a credential is gone and its neighbours are untouched', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('list', 'a', 'b'), { maxLength: 6 }), (path) => {
        const nest = (value: unknown): unknown =>
          path.reduceRight(
            (inner, step) => (step === 'list' ? [0, inner, 0] : { x: 1, [step]: inner }),
            value,
          );
        expect(logged(nest({ ok: 1, password: 'p' }))).toEqual(nest({ ok: 1, password: '[REDACTED]' }));
      }),
    );
  });

  test('a value of any length', () => {
    // A regular expression that goes through all of it would throw a RangeError.
    const long = 'a'.repeat(9_000_000);
    for (const start of ['sk-', 'Bearer ', 'token: "', "token: '", 'token: ', 'token="', 'token='])
      expect(logged(`${start}${long}`).slice(0, 30)).toBe(logged(`${start}secretsecret`));
    expect(logged(`token: "${'\\"'.repeat(4_500_000)}" is hidden`)).toBe('token: "[REDACTED]"');
  });

  test('the work grows with the text', async () => {
    for (const piece of ['a', 'a-', 'token ', 'a:', '://a', 'token="', 'token=5 ', 'tokens: 5 '])
      expect(await growth((size) => logged(piece.repeat(size)), 10_000)).toBeLessThan(linear);
  });
});

describe('what is shown', () => {
  test('an error with its name, message, status, stack and cause, redacted', () => {
    const cause = new TypeError('fetch failed: token=abc');
    const error = new APIError(500, { message: 'no', token: 't' } as never, 'm', undefined, { cause });
    const shown = logged({ error }).error;
    expect(shown).toBeInstanceOf(APIError);
    expect({ ...shown }).toMatchObject({
      name: 'Error',
      message: '500 no',
      status: 500,
      error: { token: '[REDACTED]' },
    });
    expect(shown.stack).toBe(error.stack);
    expect({ ...shown.cause }).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed: token=[REDACTED]',
    });
    expect(JSON.stringify(shown)).not.toContain('abc');
    expect(error.message).toBe('500 no');
  });

  test('line numbers in a stack, whatever the file is called', () => {
    const stack = 'Error: x\n    at run (/app/session.ts:10:5)\n    at /app/cookie:3:7';
    expect(logged(stack)).toBe(stack);
  });

  test('cycles stay cycles, shared objects stay shared', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { list: [shared], date: new Date(0), shared };
    value['self'] = value;
    const shown = logged(value);
    expect(shown.date).toEqual(new Date(0));
    expect(shown.self).toBe(shown);
    expect(shown.list[0]).toBe(shown.shared);
    expect(shown.shared).not.toBe(shared);
  });

  test.each<[string, unknown]>([
    ['Function', () => 'hunter2'],
    ['Uint8Array', new TextEncoder().encode('hunter2')],
    ['Map', new Map([['token', 'hunter2']])],
    ['Set', new Set(['hunter2'])],
    ['URLSearchParams', new URLSearchParams('token=hunter2')],
    ['URL', new URL('http://me:hunter2@h')],
    ['AbortSignal', AbortSignal.abort('hunter2')],
    ['ReadableStream', new ReadableStream()],
    [
      'Object',
      new (class Agent {
        token = 'hunter2';
      })(),
    ],
  ])('the type of a %s, and nothing it holds', (type, value) => {
    expect(logged({ value, list: [value] })).toEqual({
      value: `[object ${type}]`,
      list: [`[object ${type}]`],
    });
  });

  test('a key named __proto__ is a key', () => {
    const shown = logged(JSON.parse('{"__proto__":{"a":1}}'));
    expect(Object.keys(shown)).toEqual(['__proto__']);
    expect(shown.a).toBeUndefined();
  });

  test('the caller keeps what it gave', () => {
    const value = { token: 't', list: ['token=x'] };
    logged(value);
    expect(value).toEqual({ token: 't', list: ['token=x'] });
  });
});
