import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventDecoder, type EventRecord } from '../../src/wire/sse.ts';
import { push, takeAll } from '../support/take.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(pieces: Iterable<Uint8Array>): EventRecord[] {
  return takeAll(new EventDecoder(), pieces);
}

/** The pieces between the given places, empty ones included. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

/** The specification's algorithm over the whole text, written for reading only. */
function reference(bytes: Uint8Array): EventRecord[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const events: EventRecord[] = [];
  let event: string | null = null;
  let data: string[] = [];
  let raw: string[] = [];
  for (const line of [...lines, '']) {
    if (line === '') {
      if (!event && !data.length) continue;
      events.push({ event, data: data.join('\n'), raw: raw.join('\n') });
      [event, data, raw] = [null, [], []];
      continue;
    }
    raw.push(line);
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/su.exec(line)!;
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
  return events;
}

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('{"a":"日本😀é"}', '[DONE]', ' two spaces', ':', '\uFEFF', '\u2028'),
);
const line = fc
  .tuple(
    fc.constantFrom(
      'data: ',
      'data:',
      'data',
      'event: ',
      'event:',
      ': ',
      'id: ',
      'retry: ',
      'Data: ',
      ' data: ',
      '',
    ),
    text,
  )
  .map((parts) => parts.join('').replace(/[\r\n]/g, ''));
/** Events with any line ends, with or without a byte order mark and a last blank line. */
const wire = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(fc.array(fc.tuple(line, lineEnd), { maxLength: 4 }), lineEnd), { maxLength: 6 }),
    fc.constantFrom('', 'data: open', 'event: open', '\r'),
  )
  .map(([mark, events, tail]) =>
    encode(
      (mark ? '\uFEFF' : '') + events.map(([lines, end]) => lines.flat().join('') + end).join('') + tail,
    ),
  );
const bytes = fc.oneof(
  { weight: 3, arbitrary: wire },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...encode('data: \r\n\r\n:e'), 0xef, 0xbb, 0xbf, 0xe6, 0x97, 0xa5, 0xf0, 0x9f), {
        maxLength: 40,
      })
      .map((list) => Uint8Array.from(list)),
  },
);

describe('EventDecoder', () => {
  it('gives the same events for any cut of any bytes', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (whole, places) => {
        const expected = reference(whole);
        expect(decode([whole])).toStrictEqual(expected);
        expect(decode(cut(whole, places))).toStrictEqual(expected);
        expect(decode(Array.from(whole, (byte) => Uint8Array.of(byte)))).toStrictEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  const fixtures = new URL('../fixtures/', import.meta.url);
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.sse'))) {
    it(`gives the events of ${name} cut at every place`, () => {
      const whole = new Uint8Array(readFileSync(new URL(name, fixtures)));
      const expected = reference(whole);
      expect(expected.length).toBeGreaterThan(1);
      for (let place = 0; place <= whole.length; place++) {
        expect(decode(cut(whole, [place]))).toStrictEqual(expected);
      }
      for (const size of [1, 2, 3, 7, 64]) {
        const places = Array.from({ length: Math.floor(whole.length / size) }, (_, i) => i * size);
        expect(decode(cut(whole, places))).toStrictEqual(expected);
      }
    });
  }

  it('gives an event with the piece that completes it, not later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('data: x', 'event: y', ': z'), lineEnd), { maxLength: 5 }),
        lineEnd,
        (lines, end) => {
          const decoder = new EventDecoder();
          const has = lines.some(([line]) => !line.startsWith(':'));
          expect(push(decoder, encode(lines.flat().join('')))).toHaveLength(0);
          // A CR before an LF is one line end, so the blank line starts with something else.
          const blank = lines.at(-1)?.[1] === '\r' ? '\r' : end;
          expect(push(decoder, encode(blank))).toHaveLength(has ? 1 : 0);
        },
      ),
    );
  });
});
