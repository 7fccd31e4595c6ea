// The names of the `openai` package that are not part of this one, compared with the names it has.
import { inspect } from 'node:util';
import Original from 'openai';
import { describe, expect, it, vi } from 'vitest';
import OpenAI, { OpenAIError } from '../../src/entries/index.ts';

const options = { apiKey: 'k', fetch: async () => Response.json({}) };
const original = new Original(options);
const client = new OpenAI(options) as unknown as Record<string, any>;

/** What of the original is below these is not listed: nobody reaches it by accident. */
const unlisted = /^(admin\.organization|beta\.agents)\./;

interface Found {
  path: string;
  class: string;
  methods: string[];
}

/** The resources of a client of the original, outermost first. */
function resourcesOf(owner: object, start = ''): Found[] {
  return Object.entries(owner).flatMap(([name, value]) => {
    if (name.startsWith('_') || value?._client !== original) return [];
    const prototype = Object.getPrototypeOf(value) as object;
    const methods = Object.getOwnPropertyNames(prototype).filter((method) => method !== 'constructor');
    const path = start + name;
    return [
      { path, class: value.constructor.name as string, methods },
      ...resourcesOf(value as object, `${path}.`),
    ];
  });
}

const at = (path: string): any => path.split('.').reduce((owner, name) => owner?.[name], client);
const all = resourcesOf(original);
const ours = /^(chat|completions|embeddings|models|moderations)\b/;
const absent = all.filter(
  ({ path, methods }) =>
    !ours.test(path) &&
    !unlisted.test(path) &&
    (methods.length > 0 ||
      all.some((other) => other.path.startsWith(`${path}.`) && other.methods.length > 0)),
);

describe('an absent resource', () => {
  it('is there for every one of the original', () => {
    expect(absent.length).toBeGreaterThan(50);
    expect(absent.filter(({ path }) => typeof at(path) !== 'object').map(({ path }) => path)).toEqual([]);
  });

  it('says where it is and what to use instead, whichever method is called', () => {
    for (const { path, methods } of absent)
      for (const method of methods.filter(() => path !== 'admin.organization')) {
        const call = (): unknown => at(path)[method]({ model: 'm' });
        expect(call, `${path}.${method}`).toThrow(OpenAIError);
        expect(call).toThrow(`client.${path} is not part of colloquy. Use client.post('/`);
      }
  });

  it.each([
    ['responses', 'create', '/responses'],
    ['audio.speech', 'create', '/audio/speech'],
    ['vectorStores.fileBatches', 'poll', '/vector_stores/file_batches'],
    ['fineTuning.jobs', 'create', '/fine_tuning/jobs'],
    ['beta.threads.runs', 'stream', '/threads/runs'],
    ['beta.assistants', 'create', '/assistants'],
  ])('client.%s.%s() names the address', (path, method, url) => {
    expect(() => at(path)[method]({})).toThrow(
      `client.${path} is not part of colloquy. Use client.post('${url}', { body }), or keep openai beside it (docs/migration.md).`,
    );
  });

  it('throws an OpenAIError also when the method was taken off', () => {
    const { create } = client['responses'];
    expect(() => create({})).toThrow(OpenAIError);
  });

  it('is an own, enumerable data property of the client', () => {
    for (const { path } of absent.filter((one) => !one.path.includes('.')))
      expect(Object.getOwnPropertyDescriptor(client, path), path).toMatchObject({
        enumerable: true,
        writable: true,
        value: expect.any(Object),
      });
    expect(Object.keys({ ...client })).toEqual(expect.arrayContaining(['responses', 'images', 'beta']));
  });

  it('is safe to await, print, copy, compare and search', async () => {
    for (const { path } of absent) {
      const resource = at(path);
      expect(await resource).toBe(resource);
      expect(resource.then).toBeUndefined();
      expect(resource.toJSON).toBeUndefined();
      expect(resource[Symbol.iterator]).toBeUndefined();
      // `beta` has the chat, which refers to its client like every resource.
      if (path !== 'beta') expect(JSON.parse(JSON.stringify(resource))).toBeTypeOf('object');
      expect({ ...resource }).toEqual({ ...resource });
      expect(inspect(resource)).toContain(resource.constructor.name);
      expect(`${resource}`).toBe('[object Object]');
      expect(resource.nothing).toBeUndefined();
    }
    expect(inspect(client, { depth: 5 })).toContain('Responses');
  });

  it('can be spied on, and replaced', () => {
    const mine = new OpenAI(options) as unknown as Record<string, any>;
    const spy = vi.spyOn(mine['images'], 'generate').mockResolvedValue({ data: [] });
    void mine['images'].generate({});
    expect(spy).toHaveBeenCalledOnce();
    expect(() => client['images'].generate({})).toThrow(OpenAIError);
    mine['responses'] = { create: () => 'mine' };
    expect(mine['responses'].create()).toBe('mine');
  });

  it('comes along with withOptions', () => {
    const copy = (client as unknown as OpenAI).withOptions({ timeout: 1 }) as unknown as Record<string, any>;
    expect(() => copy['audio'].speech.create({})).toThrow(OpenAIError);
  });
});

describe('the class of an absent resource', () => {
  const statics = OpenAI as unknown as Record<string, any>;

  it('is a static with the name it has in the original, and so are those inside it', () => {
    for (const { path, class: name } of absent.filter((one) => !/chatkit/.test(one.path))) {
      const Class = path
        .split('.')
        .reduce((owner, part) => owner?.[part[0]!.toUpperCase() + part.slice(1)], statics as any);
      expect(Class?.name, path).toBe(name);
      expect(at(path), path).toBeInstanceOf(Class);
    }
  });

  it('has a prototype that can be patched, for one resource alone', () => {
    const { prototype } = statics['Responses'];
    const before = Object.getOwnPropertyDescriptor(prototype, 'create');
    prototype.create = () => 'patched';
    try {
      expect(client['responses'].create()).toBe('patched');
      expect(() => client['images'].create()).toThrow(OpenAIError);
    } finally {
      if (before) Object.defineProperty(prototype, 'create', before);
      else delete prototype.create;
    }
  });

  it('can be extended', () => {
    class Wrapped extends OpenAI.Audio {
      transcribe(): unknown {
        return this['transcriptions'].create({});
      }
    }
    const wrapped = new Wrapped(client);
    expect(() => wrapped['transcribe']()).toThrow('client.audio.transcriptions is not part of colloquy');
  });
});

it('beta.chat has what chat has, and uses the chat of the same client', async () => {
  const mine = new OpenAI(options);
  // Not the same object: who wraps both would wrap each method twice.
  expect(mine.beta.chat.completions).not.toBe(mine.chat.completions);
  const create = vi.spyOn(mine.chat.completions, 'create').mockResolvedValue({ choices: [] } as never);
  await mine.beta.chat.completions.parse({ model: 'm', messages: [] });
  expect(create).toHaveBeenCalledOnce();
  expect(mine.beta.chat.completions.parse).toBeTypeOf('function');
  expect(mine.beta.chat.completions.stream).toBeTypeOf('function');
  expect(mine.beta.chat.completions.runTools).toBeTypeOf('function');
});

describe('a function or class at an import path of the original', () => {
  it('throws an OpenAIError that names it', async () => {
    const items = await import('../../src/entries/lib/responses/ResponseInputItems.ts');
    const parser = await import('../../src/entries/lib/ResponsesParser.ts');
    const sockets = {
      ...(await import('../../src/entries/beta/realtime/ws.ts')),
      ...(await import('../../src/entries/beta/realtime/websocket.ts')),
    };
    for (const [name, call] of Object.entries({
      ...items,
      parseResponse: parser.parseResponse,
      maybeParseResponse: parser.maybeParseResponse,
      addOutputText: parser.addOutputText,
    })) {
      expect(() => call([]), name).toThrow(OpenAIError);
      expect(() => call([]), name).toThrow(`${name}() is not part of colloquy.`);
    }
    for (const [name, Socket] of Object.entries(sockets)) {
      const text = `${name} is not part of colloquy.`;
      expect(() => new Socket({ model: 'm' })).toThrow(text);
      await expect(Socket.create(client, { model: 'm' })).rejects.toThrow(text);
      await expect(Socket.azure(client)).rejects.toThrow(text);
    }
  });

  it('is the class of the client where there is one', async () => {
    const { Responses } = await import('../../src/entries/resources/responses/responses.ts');
    expect(client['responses']).toBeInstanceOf(Responses);
  });
});
