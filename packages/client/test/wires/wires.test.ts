// Every fixture, read in every way a program can, whole and cut anywhere.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OpenAI } from '../../src/entries/index.ts';
import { essence, expectMeaning } from './expect.ts';
import { wires } from './fixtures/index.ts';
import { ask, bytewise, fetchOf, type Outcome, type Way } from './read.ts';
import { type Answer, readWire, type Wire } from './wire.ts';

function read(answer: Answer, way: Way, pieces: Uint8Array[]): Promise<Outcome> {
  return ask(
    new OpenAI({ apiKey: 'k', maxRetries: 0, logLevel: 'off', fetch: fetchOf(answer, pieces) }),
    way,
  );
}

const waysOf = ({ streamed }: Wire): Way[] => (streamed === false ? ['whole'] : ['raw', 'helper']);

/** Many at a time, as each mostly waits for its turn. */
const together = 64;

describe.each(wires)('$file: $quirk', (wire) => {
  const answer = readWire(wire);
  const { body } = answer;

  describe.each(waysOf(wire))('%s', (way) => {
    test('means what it should', async () => {
      expectMeaning(wire, await read(answer, way, [body]));
    });

    test('means the same with line ends of CRLF, and byte by byte', async () => {
      const windows = Buffer.from(Buffer.from(body).toString().replaceAll('\n', '\r\n'));
      const lone = Buffer.from(Buffer.from(body).toString().replaceAll('\n', '\r'));
      expectMeaning(wire, await read(answer, way, bytewise(body)));
      expectMeaning(wire, await read(answer, way, bytewise(windows)));
      expectMeaning(wire, await read(answer, way, [windows]));
      if (wire.file.endsWith('.sse')) expectMeaning(wire, await read(answer, way, [lone]));
    });

    test('means the same wherever it is cut in two', async () => {
      const uncut = essence(await read(answer, way, [body]));
      for (let from = 1; from < body.length; from += together) {
        const cuts = Array.from({ length: Math.min(together, body.length - from) }, (_, at) => from + at);
        await Promise.all(
          cuts.map(async (cut) => {
            const outcome = await read(answer, way, [body.subarray(0, cut), body.subarray(cut)]);
            if (essence(outcome) !== uncut) expect(essence(outcome), `cut after ${cut} bytes`).toBe(uncut);
          }),
        );
      }
    });
  });
});

/** As gateways send them that stream whatever they are asked for, some under a wrong name. */
const types = ['text/event-stream; charset=utf-8', 'application/json', 'text/plain', ''];

describe.each(wires.filter(({ streamed }) => streamed !== false))('$file, not asked for', (wire) => {
  const answer = readWire(wire);
  const isEvents = /event-stream/.test(answer.headers['content-type'] ?? '');

  test.each(isEvents ? types : [undefined])('as %o, means what it should', async (type) => {
    const { body, status } = answer;
    const headers = type === undefined ? answer.headers : { ...answer.headers, 'content-type': type };
    for (const pieces of [[body], bytewise(body)])
      expectMeaning({ ...wire, events: undefined }, await read({ body, status, headers }, 'whole', pieces));
  });
});

test('every fixture has a meaning', () => {
  const folder = new URL('./fixtures/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const fixtures = files.filter((file) => /\.(sse|http)$/.test(file));
  expect(wires.map(({ file }) => file).toSorted()).toEqual(fixtures.toSorted());
});
