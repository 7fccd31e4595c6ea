// A request that is copied is the request that was sent, whatever is in it.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { curlOf, shellQuoted, typeScriptOf } from '../../page/src/code.ts';

const hostile = [
  `'; echo hit; '`,
  '$(echo hit) `echo hit` $HOME ${HOME} \\',
  "\n#!/bin/sh\n\t\"double\" 'single' '\\''",
  '!! !$ %s %n \u0007 \u001B[0m ~ * ? [a] {b,c}',
  '-d @/etc/passwd',
  '',
];

const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary' }).map((given) => given.replaceAll('\0', '')),
);

/** What a shell makes of these words, each of which it prints with a zero after it. */
function words(quoted: string[]): string[] {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${quoted.join(' ')}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

describe('for a shell', () => {
  test('any text is one word', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), (texts) => {
        expect(words(texts.map(shellQuoted))).toEqual(texts);
      }),
      { numRuns: 15 },
    );
  });

  test('a command gives curl the body that was sent, and the key of the environment', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(text, { maxLength: 5 }), (value, texts) => {
        const body = { value, texts };
        // `curl` is here a function that prints its arguments.
        const script = `curl() { printf '%s\\0' "$@"; }\n${curlOf('http://127.0.0.1:1/v1', body)}`;
        const env = { ...process.env, OPENAI_API_KEY: `it's "secret"` };
        const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env });
        const given = stdout.split('\0');
        expect(given[0]).toBe('http://127.0.0.1:1/v1/chat/completions');
        expect(given).toContain(`authorization: Bearer it's "secret"`);
        expect(JSON.parse(given[given.indexOf('-d') + 1]!)).toEqual(JSON.parse(JSON.stringify(body)));
      }),
      { numRuns: 30 },
    );
  });
});

test('a program has the body that was sent', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(text, { maxLength: 5 }), (value, texts) => {
      const body = JSON.parse(JSON.stringify({ value, texts })) as object;
      expect(bodyIn(typeScriptOf('http://127.0.0.1:1/v1', body))).toEqual(body);
    }),
    { examples: [[JSON.parse('{"__proto__": {"a": 1}}') as fc.JsonValue, []]] },
  );
});

/** The argument of `create()` in a program. */
function bodyIn(program: string): unknown {
  const plain = ts.transpile(program, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
  const [, argument] = /completions\.create\(([^]*)\);\nconsole\.log/.exec(plain) ?? [];
  return new Function(`return (${argument})`)();
}
