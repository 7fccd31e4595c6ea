import { readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigFileError, configFileSchema, loadConfigFile, parseConfigFile } from './config-file.ts';

const env = { OPENROUTER_API_KEY: 'sk-or-secret', HOST_URL: 'http://box:1/v1', BLANK: ' ' };
const parse = (text: string) => parseConfigFile(text, 'colloquy.yaml', env);

const example = `
upstreams:
  ollama:
  openrouter:
    key: \${OPENROUTER_API_KEY}
    headers: { x-title: 'Costs $\${5}' }
  work:
    baseURL: \${HOST_URL}
    azure: { apiVersion: 2024-10-21 }
    timeouts: { firstChunk: 30s, idle: 500ms }
    stores: true
models:
  fast: { upstream: openrouter, name: openai/gpt-5-mini, fallbacks: [ollama/llama3.2, work] }
  llama*: ollama
keys:
  - { name: ci, hash: 'sha256:00', project: tests }
`;

describe('parseConfigFile', () => {
  it('reads upstreams, models and keys, and puts variables in place of references', () => {
    expect(parse(example)).toEqual({
      upstreams: {
        ollama: {},
        openrouter: { key: 'sk-or-secret', headers: { 'x-title': 'Costs ${5}' } },
        work: {
          baseURL: 'http://box:1/v1',
          azure: { apiVersion: '2024-10-21' },
          timeouts: { firstChunk: 30_000, idle: 500 },
          stores: true,
        },
      },
      models: {
        fast: { upstream: 'openrouter', name: 'openai/gpt-5-mini', fallbacks: ['ollama/llama3.2', 'work'] },
        'llama*': { upstream: 'ollama' },
      },
      keys: [{ name: 'ci', hash: 'sha256:00', project: 'tests' }],
    });
  });

  it.each(['', '# nothing\n', 'upstreams:\nmodels:\n', '{}'])('reads %j as an empty one', (text) => {
    expect(parse(text)).toEqual({ upstreams: {}, models: {}, keys: [] });
  });

  it.each([
    [
      'upstreams:\n  a:\n    baseUrl: http://x',
      "3:5: 'upstreams.a.baseUrl' is unknown. Did you mean 'baseURL'? The fields here are baseURL, key,",
    ],
    [
      'upstreams:\n  a: { baseURL: localhost }',
      `2:8: 'upstreams.a.baseURL' must be an HTTP URL, not "localhost".`,
    ],
    ...['http://[::1', 'http://h:99999/v1', 'http://a b/v1', 'http://%zz/v1', 'http://u%:p@h/v1'].map(
      (url) => [`upstreams:\n  a: { baseURL: "${url}" }`, "2:8: 'upstreams.a.baseURL' must be an HTTP URL."],
    ),
    [
      'upstreams:\n  a: { key: sk-abc }',
      "2:8: 'upstreams.a.key' must be a reference to an environment variable",
    ],
    [
      'upstreams:\n  a: { key: "${NOPE}" }',
      "2:8: 'upstreams.a.key' needs the environment variable NOPE, which is not set.",
    ],
    ['upstreams:\n  a: { key: "${BLANK}" }', "'upstreams.a.key' needs the environment variable BLANK"],
    ['upstreams:\n  a: { key: "${NO-PE}" }', "'upstreams.a.key' has '${NO-PE}', which is not a reference."],
    [
      'upstreams:\n  a: { timeouts: { idle: 5 } }',
      `'upstreams.a.timeouts.idle' must be a time such as 500ms, 10s or 2m, not 5.`,
    ],
    [
      'upstreams:\n  a: { timeouts: { idle: 0.0s } }',
      '\'upstreams.a.timeouts.idle\' must be a time such as 500ms, 10s or 2m, not "0.0s".',
    ],
    [
      'upstreams:\n  ollama: { headers: { Content-Length: "3" } }',
      "2:24: 'upstreams.ollama.headers.Content-Length' is set by the connection.",
    ],
    ['upstreams:\n  sandbox: { baseURL: "http://h" }', "2:3: 'upstreams.sandbox' must have another name"],
    ['a: &a [*a]', '1:1: An alias stands for a value that it is in.'],
    ['a: 1\n---\nb: 2', '2:1: There is more than one document in the file.'],
    ['['.repeat(20_000), 'It nests too deep.'],
    ['upstreams: [1]', "1:1: 'upstreams' must be an object, not a list."],
    ['upstreams:\n  "a/b": {}', "2:3: 'upstreams.a/b' must be a name such as ollama or my-azure."],
    ['models:\n  a: {}', "2:3: 'models.a' must have the field 'upstream'."],
    ['models:\n  "a*b": x', "'models.a*b' must be a model name, with * at its end or nowhere."],
    [
      'models:\n  a: { upstream: x, fallbacks: [/y] }',
      `'models.a.fallbacks[0]' must be an upstream, or upstream/model, not "/y".`,
    ],
    [
      'upstreams:\n  mine: {}',
      "2:3: 'upstreams.mine' must have a baseURL, because it is not the name of a known provider.",
    ],
    ['models:\n  a: nowhere', "2:3: 'models.a' names the upstream 'nowhere', which is neither"],
    [
      'models:\n  a: { upstream: ollama, fallbacks: [ollama, sandbox/x] }',
      "'models.a.fallbacks[1]' names neither an upstream in this file nor a known provider.",
    ],
    ...['keys:', 'keys: []'].map((text) => [text, "1:1: 'keys' must have an entry: without keys,"]),
    ['keys:\n  - name: a', "2:5: 'keys[0]' must have the field 'hash'."],
    ['prot: 1', "1:1: 'prot' is unknown. The fields here are $schema, upstreams, models, keys."],
    ['upstreams: {', '1:'],
    ['a: *b', '1:'],
    ['- 1', '1:1: The file must be an object, not a list.'],
  ])('refuses %j with its place', (text, message) => {
    expect(() => parse(text)).toThrow(ConfigFileError);
    expect(() => parse(text)).toThrow(`colloquy.yaml:`);
    expect(() => parse(text)).toThrow(message);
  });

  it('says nothing of the value of a variable', () => {
    const text = 'upstreams:\n  a: { baseURL: "${OPENROUTER_API_KEY}" }';
    expect(() => parse(text)).toThrow("'upstreams.a.baseURL' must be an HTTP URL.");
    expect(() => parse(text)).not.toThrow('sk-or-secret');
  });

  it('names a file that is not there', async () => {
    await expect(loadConfigFile('/nowhere/colloquy.yaml')).rejects.toThrow(
      "Cannot read the configuration '/nowhere/colloquy.yaml': there is no such file.",
    );
  });
});

describe('colloquy.schema.json', () => {
  const written = readFileSync(new URL('../../colloquy.schema.json', import.meta.url), 'utf8');

  it('is the schema of the reader: npx tsx packages/server/scripts/config-schema.ts writes it', () => {
    expect(JSON.parse(written)).toEqual(configFileSchema);
  });

  it('allows what the reader takes, and refuses what it refuses, but for names that mean nothing', () => {
    const validator = new Validator(JSON.parse(written) as object, '2020-12');
    const word = fc.constantFrom(
      'a',
      'b/c',
      'x*',
      '*',
      '',
      ' ',
      'http://h',
      '${HOST_URL}',
      '5s',
      'é',
      'a-b',
      '/',
    );
    const leaf = fc.oneof(word, fc.boolean(), fc.integer(), fc.constant(null));
    const entry = fc.dictionary(
      fc.constantFrom('baseURL', 'key', 'stores', 'upstream', 'name', 'hash', 'x'),
      leaf,
      { maxKeys: 3 },
    );
    const section = fc.oneof(
      leaf,
      fc.array(fc.oneof(entry, leaf), { maxLength: 2 }),
      fc.dictionary(word, fc.oneof(entry, leaf), { maxKeys: 2 }),
    );
    const files = fc.dictionary(fc.constantFrom('upstreams', 'models', 'keys', '$schema'), section, {
      maxKeys: 2,
    });
    const takes = (file: object): boolean => {
      try {
        parse(JSON.stringify(file));
        return true;
      } catch (error) {
        if (error instanceof ConfigFileError) return /must have a baseURL|' names /.test(error.message);
        throw error;
      }
    };
    let taken = 0;
    fc.assert(
      fc.property(files, (file) => {
        const isTaken = takes(file);
        taken += isTaken ? 1 : 0;
        expect(validator.validate(file).valid, JSON.stringify(file)).toBe(isTaken);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
