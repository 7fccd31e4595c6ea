// The lines a logger is given, at every level, and what is hidden in them.
import { describe, expect } from 'vitest';
import { differs, same } from './compare.ts';
import type { Package } from './packages.ts';
import { type Reply, fakeWorld, json } from './world.ts';

type Client = InstanceType<Package['OpenAI']>;

async function logged(
  from: Package,
  options: object,
  replies: Reply[],
  run: (client: Client) => unknown = (c) =>
    c.post('/x?api_key=abc&ok=1', { body: { max_tokens: 5, secret: 's' } }),
): Promise<unknown[]> {
  const lines: unknown[] = [];
  const write =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args]);
  const logger = { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
  const client = new from.OpenAI({
    apiKey: 'sk-secret-key',
    fetch: fakeWorld(replies).fetch,
    baseURL: 'http://user:pass@h/v1',
    logger,
    ...options,
  });
  try {
    await run(client);
  } catch {
    // The lines are what is compared.
  }
  return lines;
}

/** The level and the text of each line; details are compared apart. */
const texts = (lines: unknown[]): unknown[] => lines.map((line) => (line as unknown[]).slice(0, 2));

const fast = { 'retry-after-ms': '0' };
const worlds: Record<string, Reply[]> = {
  success: [json({ a: 1 })],
  failure: [json({ error: { message: 'no' } }, { status: 400 })],
  'a repeat': [json({}, { status: 500, headers: fast }), json({ a: 1 })],
  'no repeats left': [json({}, { status: 500, headers: fast })],
};
for (const level of ['off', 'error', 'warn', 'info', 'debug'])
  describe(`level ${level}`, () => {
    for (const [name, replies] of Object.entries(worlds))
      same(name, async (from) => texts(await logged(from, { logLevel: level }, replies)));
  });

describe('details', () => {
  same('credentials in headers are hidden', async (from) => {
    const text = JSON.stringify(
      await logged(
        from,
        { logLevel: 'debug', defaultHeaders: { 'X-Api-Key': 'aaa', Cookie: 'bbb' } },
        worlds['success']!,
      ),
    );
    return ['sk-secret-key', 'aaa', 'bbb', 'user:pass', 'api_key=abc'].filter((secret) =>
      text.includes(secret),
    );
  });
  same('the length of what is sent is shown, and nothing of what it says', async (from) => {
    const lines = await logged(from, { logLevel: 'debug' }, [json({ choices: [] })], (c) =>
      c.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'secret plan' }] }),
    );
    const [, , details] = lines[0] as [string, string, { options: { body: unknown } }];
    return [details.options.body, JSON.stringify(lines).includes('secret plan')];
  });
  same('an invalid level is said', async (from) =>
    texts(await logged(from, { logLevel: 'loud' }, worlds['success']!)),
  );
  for (const name of ['baseUrl', 'base_url', 'basePath', 'httpAgent', 'apikey', 'max_retries'])
    differs(
      'option-names',
      `the option ${name}`,
      async (from) => texts(await logged(from, { [name]: 'x' }, worlds['success']!)),
      (mine, original) => {
        expect(mine).toEqual([['warn', expect.stringContaining(`\`${name}\``)]]);
        expect(original).toEqual([]);
      },
    );
  same('client.logger is a proxy', (from) => {
    const logger = { error() {}, warn() {}, info() {}, debug() {} };
    return new from.OpenAI({ apiKey: 'k', logger }).logger === logger;
  });
  const seen = (value: unknown) => async (from: Package) => {
    const lines: unknown[] = [];
    const logger = { error() {}, warn() {}, info: (...args: unknown[]) => lines.push(args), debug() {} };
    new from.OpenAI({ apiKey: 'k', logger, logLevel: 'info' }).logger.info('m', value);
    return lines;
  };
  const values: Record<string, unknown> = {
    'nested credentials': {
      authorization: 'x',
      headers: { cookie: 'y' },
      apiKey: 'z',
      token: 't',
      plain: 'p',
      deep: [{ password: 'q' }],
    },
    'client keys': {
      access_token: 'a',
      'x-api-key': 'b',
      clientSecret: 'c',
      signature: 'd',
      session_id: 'e',
      author: 'f',
      keyboard: 'g',
    },
    'urls with user info': { url: 'http://u:p@h/x?token=abc&ok=1' },
  };
  for (const [name, value] of Object.entries(values)) same(name, seen(value));
  for (const [name, value, shown] of [
    ['pairs of names and values', [['authorization', 'x']], [['authorization', 'x']]],
    ['headers', new Headers({ authorization: 'x', a: 'y' }), { authorization: '[REDACTED]', a: 'y' }],
    ['a map', new Map([['api_key', 'x']]), '[object Map]'],
    ['a buffer', { b: new Uint8Array([1]) }, { b: '[object Uint8Array]' }],
    ['a function', { f: () => 1 }, { f: '[object Function]' }],
  ] as const)
    differs('log-collections', name, seen(value), (mine) => expect(mine[0][1]).toEqual(shown));
  differs(
    'log-redaction',
    'token counts stay readable',
    seen({ max_tokens: 5, usage: { prompt_tokens: 7 } }),
    (mine) => expect(mine[0][1]).toEqual({ max_tokens: 5, usage: { prompt_tokens: 7 } }),
  );
  differs(
    'log-redaction',
    'errors keep their name and message',
    seen({ cause: new TypeError('boom') }),
    (mine) => expect(JSON.stringify(mine)).toContain('boom'),
  );
});
