// The platform's fetch is the specification of failures, too: an answer cut anywhere, or aborted there, ends for both alike.
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serveRaw } from '../../test/support/http-server.ts';
import { fetchWith } from '../../test/support/node-fetch.ts';

type Fetch = typeof globalThis.fetch;

/** All bytes of an answer, and how many of them come. */
interface Scenario {
  answer: string;
  cut: number;
  /** What happens there. */
  then: 'close' | 'abort';
  method: string;
  read: keyof typeof readings;
}

const readings = {
  text: (response: Response) => response.text(),
  bytes: async (response: Response) => `${Buffer.from(await response.arrayBuffer())}`,
  body: async (response: Response) => {
    let text = '';
    for await (const piece of response.body ?? []) text += `${Buffer.from(piece as Uint8Array)}`;
    return text;
  },
  clone: async (response: Response) => {
    const copy = response.clone();
    return (await Promise.all([response.text(), copy.text()])).join();
  },
  'a clone alone': (response: Response) => response.clone().text(),
};

const chunked = (texts: string[]): string =>
  texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('') + '0\r\n\r\n';

/** Heads and framings that every parser takes for what they are, up to where they are cut. */
const heads = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 200\r\n',
  'HTTP/1.1 500 \r\nset-cookie: a\r\nset-cookie: b\r\n',
  'HTTP/1.1 204 No\r\n',
  'HTTP/1.1 304 No\r\n',
  'HTTP/1.1 103 So far\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\n',
];
const framings: ((texts: string[]) => string)[] = [
  (texts) => `content-length: ${texts.join('').length}\r\n\r\n${texts.join('')}`,
  (texts) => `content-length: ${texts.join('').length + 3}\r\n\r\n${texts.join('')}`,
  (texts) => `transfer-encoding: chunked\r\n\r\n${chunked(texts)}`,
  (texts) => `connection: close\r\n\r\n${texts.join('')}`,
];

/** What parsers refuse, each at a byte of its own. */
const badHeads = ['HTTP/9 200 OK\r\n', 'HTTP/1.1 two OK\r\n', 'HTTP/1.1 200 OK\r\nno-colon\r\n', 'hello\r\n'];
const badFramings: typeof framings = [
  (texts) => `content-length: 1\r\n\r\nx${texts.join('')}`,
  () => `content-length: one\r\n\r\nx`,
  () => `content-length: 1\r\ncontent-length: 2\r\n\r\nxx`,
  (texts) => `transfer-encoding: chunked\r\n\r\n${texts.join('')}`,
  (texts) => `transfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n${chunked(texts)}`,
];

const answers = (some: string[], framed: typeof framings): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...some),
      fc.constantFrom(...framed),
      fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 3 }),
    )
    .map(([head, framing, texts]) => head + framing(texts));

const cut = (some: fc.Arbitrary<string>): fc.Arbitrary<Scenario> =>
  some.chain((answer) =>
    fc.record({
      answer: fc.constant(answer),
      cut: fc.oneof(fc.constant(answer.length), fc.nat(answer.length)),
      then: fc.constant('close' as const),
      method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
      read: fc.constantFrom(...(Object.keys(readings) as (keyof typeof readings)[])),
    }),
  );

const scenarios = fc.oneof(
  cut(answers(heads, framings)),
  cut(answers([...heads, ...badHeads], [...framings, ...badFramings])),
  // Whole ones might be read before they are aborted, or not.
  cut(
    answers(
      heads.filter((head) => !/ [23]04 /.test(head)),
      framings,
    ),
  ).map((scenario) => ({
    ...scenario,
    cut: Math.min(scenario.cut, scenario.answer.length - 1),
    then: 'abort' as const,
    method: 'GET',
  })),
);

test(
  'an answer cut anywhere, by its server or by an abort, comes to the same end',
  { timeout: 60_000 },
  async () => {
    let scenario: Scenario;
    let current: { abort(): void };
    const url = await serveRaw((socket) => {
      socket.on('data', () => {
        const { answer, cut, then } = scenario;
        const { abort } = current;
        if (cut > 0) socket.write(answer.slice(0, cut));
        if (then === 'close') socket.end();
        else setTimeout(abort, 10);
      });
    });
    const ours = fetchWith({ keepAliveMs: 0 });
    const outcome = async (fetch: Fetch): Promise<unknown> => {
      const controller = new AbortController();
      current = { abort: () => controller.abort(new Error('enough')) };
      const { signal } = controller;
      const init = { method: scenario.method, signal, headers: { connection: 'close' } };
      try {
        const response = await fetch(url, init);
        const { status, statusText, headers } = response;
        const text = await readings[scenario.read](response);
        return { status, statusText, headers: [...headers], text };
      } catch (error) {
        const { name, message } = error as Error;
        return { name, message };
      }
    };
    await fc.assert(
      fc.asyncProperty(scenarios, async (next) => {
        scenario = next;
        const mine = await Promise.race([outcome(ours as Fetch), delay(2000, 'nothing for two seconds')]);
        expect(mine).toEqual(await Promise.race([outcome(fetch), delay(2000, 'nothing for two seconds')]));
      }),
      { numRuns: 400 },
    );
  },
);
