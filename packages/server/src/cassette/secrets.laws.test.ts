import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs, least } from '../../../../test/timing.ts';
import { atOnce } from '../slices.ts';
import { exchangeOf, NotRecorded, type Arrived } from './record.ts';
import { credentialsIn, credentialsOf, redacted, Secrets } from './secrets.ts';

/** A credential of any look: visible ASCII, quotes and backslashes too. */
const credential = fc
  .string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    minLength: 12,
    maxLength: 40,
  })
  .filter((text) => !/[;,]/.test(text));

const word = (alphabet: string, minLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength: minLength + 20 });
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Credentials that nobody announced: their look has to give them away. */
const known = fc.oneof(
  ...[
    'sk-',
    'sk-proj-',
    'sk-ant-api03-',
    'sk-or-v1-',
    'rk_live_',
    'gsk_',
    'xai-',
    'hf_',
    'AIza',
    'ghp_',
    'nvapi-',
  ].map((prefix) => word(letters, 30).map((rest) => `${prefix}7${rest}`)),
  fc.tuple(word(letters, 12), word(letters, 12), word(letters, 12)).map((parts) => `eyJ${parts.join('.')}`),
);

const around = fc.string({ unit: 'grapheme', maxLength: 30 });

/** A secret within a text that does not run into it. */
const planted = (secret: string) =>
  fc.tuple(around, around).map(([before, after]) => `${before} ${secret} ${after}`);

/** JSON with a secret somewhere in it: in a text, a name, or JSON within a text. */
const jsonWith = (secret: string): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        planted(secret),
        fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
        fc.dictionary(fc.constantFrom('content', 'name', secret, '__proto__'), tie('value'), {
          minKeys: 1,
          maxKeys: 3,
        }),
        tie('value').map((value) => JSON.stringify(value)),
      ),
    }))
    .value.map((value) => ({ model: 'm', messages: [{ role: 'user', content: value }] }));

/** Bytes cut anywhere, as they arrive. */
const cut = (text: string): fc.Arbitrary<Arrived['parts']> => {
  const bytes = Buffer.from(text);
  return fc.array(fc.nat(bytes.length), { maxLength: 6 }).map((cuts) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, at): [number, Uint8Array] => [at, bytes.subarray(places[at], end)]);
  });
};

const bodyTexts = (value: unknown): fc.Arbitrary<[type: string, body: string]> =>
  fc.oneof(
    fc
      .constantFrom(
        JSON.stringify(value),
        JSON.stringify(value, null, 2),
        `\n\n${JSON.stringify(value)}`,
        `{"a":1,"a":${JSON.stringify(value)}}`,
      )
      .map((body): [string, string] => ['application/json', body]),
    fc
      .constantFrom(
        `data: ${JSON.stringify(value)}\n\ndata: [DONE]\n\n`,
        `: ${JSON.stringify(value)}\r\n\r\ndata:{"half": ${JSON.stringify(value)}`,
      )
      .map((body): [string, string] => ['text/event-stream', body]),
    fc.constant(JSON.stringify(value)).map((body): [string, string] => ['text/html', `<p>${body}`]),
  );

function recordedLine(
  secrets: Secrets,
  request: Record<string, unknown>,
  type: string,
  parts: Arrived['parts'],
  headers: Record<string, string> = {},
): string {
  const arrived: Arrived = {
    status: 200,
    headers: new Headers({ ...headers, 'content-type': type }),
    ms: 1,
    parts,
    broken: false,
  };
  try {
    return JSON.stringify(
      atOnce(
        exchangeOf(
          { path: '/chat/completions', body: atOnce(secrets.value(request)) as Record<string, unknown> },
          arrived,
          secrets,
        ),
      ),
    );
  } catch (error) {
    if (error instanceof NotRecorded) return '';
    throw error;
  }
}

/** Every text in a line, and in JSON within its texts, so that no way to escape a secret hides it. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const inner = value.split('\n').map((line) => line.replace(/^(?:data)?: ?/, ''));
    return [
      value,
      ...inner.concat(value).flatMap((text) => {
        try {
          const parsed: unknown = JSON.parse(text);
          return parsed === value ? [] : textsIn(parsed);
        } catch {
          return [];
        }
      }),
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [name, ...textsIn(field)]);
}

describe('a recorded line', () => {
  it('never has a credential of its exchange: from headers, the upstream or its URL', () => {
    fc.assert(
      fc.property(
        credential.chain((secret) =>
          fc.tuple(
            fc.constant(secret),
            fc.constantFrom<((secret: string) => string[])[]>(
              (s) => credentialsIn([['authorization', `Bearer ${s}`]]),
              (s) => credentialsIn([['api-key', s]]),
              (s) => credentialsIn([['x-goog-api-key', s]]),
              (s) => credentialsIn([['cookie', `a=b; session=${s}`]]),
              (s) => credentialsOf(new URL(`https://user:${encodeURIComponent(s)}@a.example/v1`)),
              (s) => credentialsOf(new URL(`https://a.example/v1?key=${encodeURIComponent(s)}`)),
            ),
            jsonWith(secret),
            jsonWith(secret)
              .chain(bodyTexts)
              .chain(([type, body]) => fc.tuple(fc.constant(type), cut(body))),
          ),
        ),
        ([secret, source, request, [type, parts]]) => {
          const secrets = new Secrets(source(secret));
          const line = recordedLine(secrets, request, type, parts, {
            'x-request-id': secret,
            'x-other': secret,
          });
          expect(line).toContain(redacted);
          expect(textsIn(JSON.parse(line)).filter((text) => text.includes(secret))).toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('never has a text that looks like a credential', () => {
    fc.assert(
      fc.property(
        known.chain((secret) =>
          fc.tuple(
            fc.constant(secret),
            jsonWith(secret),
            jsonWith(secret)
              .chain(bodyTexts)
              .chain(([type, body]) => fc.tuple(fc.constant(type), cut(body))),
          ),
        ),
        ([secret, request, [type, parts]]) => {
          const line = recordedLine(new Secrets(), request, type, parts, { 'x-request-id': secret });
          expect(line).toContain(redacted);
          expect(line).not.toContain(secret);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('never has a credential in bytes that are not text', () => {
    fc.assert(
      fc.property(credential, fc.uint8Array({ maxLength: 20 }), (secret, noise) => {
        const secrets = new Secrets([secret]);
        const bytes = Buffer.concat([noise, Buffer.from([0xff]), Buffer.from(secret), noise]);
        for (const type of ['application/octet-stream', 'text/event-stream']) {
          const { response } = JSON.parse(recordedLine(secrets, {}, type, [[1, bytes]])) as any;
          const pieces = [response.base64, ...(response.chunks ?? []).map(([, piece]: any) => piece.base64)];
          const kept = pieces.map((piece) => Buffer.from(piece ?? '', 'base64').toString('latin1')).join('');
          expect(kept).not.toContain(secret);
        }
      }),
    );
  });

  it('is not made when a model repeats a credential in several events', () => {
    fc.assert(
      fc.property(known, fc.integer({ min: 1, max: 8 }), (secret, size) => {
        const deltas = secret.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
        const events = deltas.map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
        const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
        expect(recordedLine(new Secrets(), {}, 'text/event-stream', [[1, Buffer.from(body)]])).toBe('');
      }),
    );
  });
});

describe('texts that are no credentials', () => {
  it.each([
    'risk-management-and-more-of-it',
    'sk-learn-is-short-for-scikit-learn',
    'any',
    'Use Bearer authentication, or Basic authentication.',
    'https://example.com/a@b?page=2&monkey=banana',
    '{"token":"Hello","logprob":-0.1}',
  ])('%j stays as it is', (text) => {
    expect(atOnce(new Secrets(['any', 'ollama']).text(text))).toBe(text);
    const value = { token: text, max_tokens: 1 };
    expect(atOnce(new Secrets().value(value))).toEqual(value);
  });

  it.each([
    ['https://user:pass@example.com/x', 'https://[REDACTED]@example.com/x'],
    [
      'https://a.example/i.png?X-Amz-Signature=abc&size=2',
      'https://a.example/i.png?X-Amz-Signature=[REDACTED]&size=2',
    ],
    ['https://a.example/?key=AB&q=1', 'https://a.example/?key=[REDACTED]&q=1'],
    ['Authorization: Bearer abc123def456', 'Authorization: Bearer [REDACTED]'],
    ['Basic dXNlcjpwYXNz1234', 'Basic [REDACTED]'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '[REDACTED]-----END PRIVATE KEY-----'],
  ])('%j loses what is one', (text, clean) => {
    expect(atOnce(new Secrets().text(text))).toBe(clean);
    expect(atOnce(new Secrets().text(clean))).toBe(clean);
  });

  it('a field with the name of a credential loses its text, whatever it is', () => {
    const tool = {
      type: 'mcp',
      headers: { Authorization: 'x' },
      api_key: 'short',
      client_secret: 's',
      parameters: { api_key: { type: 'string' } },
    };
    expect(atOnce(new Secrets().value(tool))).toEqual({
      type: 'mcp',
      headers: { Authorization: redacted },
      api_key: redacted,
      client_secret: redacted,
      parameters: { api_key: { type: 'string' } },
    });
  });
});

it('a long text loses the same as its parts, wherever credentials stand in it', () => {
  const known = 'known "secret" 0123456789'.repeat(40);
  const secrets = new Secrets([known]);
  const looks = [
    'sk-proj-0123456789abcdef',
    `hf_${'a1'.repeat(4_000)}`,
    known,
    `eyJ${'a'.repeat(8_000)}.${'b'.repeat(8_000)}.`,
  ];
  // Around the ends of what is searched at once, and anywhere.
  const place = fc.oneof(fc.integer({ min: 2 ** 18 - 9_000, max: 2 ** 18 + 10 }), fc.nat(2 ** 19));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(place, fc.constantFrom(...looks)), { minLength: 1, maxLength: 4 }),
      (parts) => {
        const filled = parts.map(([length, secret]) => [
          `${'some words, '.repeat(length / 12)}\n`,
          `\n${secret}`,
        ]);
        const text = filled.map((part) => part.join(' ')).join(' ');
        const clean = filled.map(([words]) => `${words} \n${redacted}`).join(' ');
        expect(atOnce(secrets.text(text)) === clean).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

describe('the time it takes', () => {
  const milliseconds = (text: string): Promise<number> =>
    cpuMs(() => atOnce(new Secrets(['sk-known-0123456789']).text(text)));

  it.each([
    'sk-',
    'sk-a- ',
    '&token=',
    '://',
    'eyJ',
    'eyJ-',
    'Bearer ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN A ',
    'a=',
    '\\',
  ])('grows with the length of a text of %j, not with its square', async (part) => {
    // The square of this length would take minutes.
    const text = part.repeat(1_000_000 / part.length);
    expect(await least(2_000, () => milliseconds(text))).toBeLessThan(2_000);
  });

  it.each(['eyJ', 'sk-1', 'Bearer 1', 'https://', '?token=', 'hf_'])(
    'a long text after %j is no error',
    (start) => {
      expect(atOnce(new Secrets().text(start + 'a'.repeat(10_000_000)))).toMatch(/a$/);
    },
  );
});
