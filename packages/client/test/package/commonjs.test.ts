// What is special about `require('openai')`, and about a program that ends up with both copies of the package.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install } from './installed.ts';
import type { Installed } from './installed.ts';

let ours: Installed;
let original: Installed;

beforeAll(() => {
  ours = install();
  original = install('original');
});
afterAll(() => {
  ours?.remove();
  original?.remove();
});

describe('require', () => {
  it('gives a function with the shape of the one the original gives', () => {
    const shape = `
      const root = require('openai');
      const { OpenAI } = root;
      const options = { apiKey: 'key' };
      class Subclass extends root { own() { return this.apiKey; } }
      const subclass = new Subclass(options);
      report({
        type: typeof root,
        defaultIsClass: root.default === OpenAI,
        rootIsClass: root === OpenAI,
        inherits: Object.getPrototypeOf(root) === OpenAI,
        prototype: root.prototype === OpenAI.prototype,
        esModule: root.__esModule,
        withNew: [new root(options) instanceof OpenAI, new root(options) instanceof root, new root(options).constructor === OpenAI],
        withoutNew: [root(options) instanceof OpenAI, root(options).constructor.name, root(options).apiKey],
        subclass: [subclass instanceof Subclass, subclass instanceof OpenAI, subclass.constructor.name, subclass.own()],
        statics: [root.DEFAULT_TIMEOUT, root.APIError === OpenAI.APIError, typeof root.toFile, root.Chat === OpenAI.Chat],
        errors: root.NotFoundError === OpenAI.NotFoundError && root.NotFoundError === require('openai/error').NotFoundError,
      });`;
    expect(ours.run('commonjs', shape)).toEqual(original.run('commonjs', shape));
  });

  it('can be imported by ECMAScript modules under its name and as default', () => {
    const program = `
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('openai');
      report([typeof required.default, required.OpenAI.name, required.name]);`;
    expect(ours.run('module', program)).toEqual(['function', 'OpenAI', 'OpenAI']);
  });
});

describe('import', () => {
  it('gives the class, which has to be called with new', () => {
    const program = `
      import OpenAI, * as root from 'openai';
      let refusal;
      try { OpenAI({ apiKey: 'key' }); } catch (error) { refusal = error.name; }
      report({ same: OpenAI === root.OpenAI && OpenAI === OpenAI.OpenAI, name: OpenAI.name, refusal });`;
    expect(ours.run('module', program)).toEqual(original.run('module', program));
    expect(ours.run('module', program)).toEqual({ same: true, name: 'OpenAI', refusal: 'TypeError' });
  });

  it('has the same resource and page classes as statics', () => {
    const program = `
      import OpenAI from 'openai';
      const names = ['Chat', 'Page', 'CursorPage', 'ConversationCursorPage', 'NextCursorPage', 'TokenPage'];
      report([names.map((name) => OpenAI[name]?.name), OpenAI.Chat.Completions?.name, OpenAI.Chat.Completions?.Messages?.name]);`;
    expect(ours.run('module', program)).toEqual(original.run('module', program));
  });
});

describe('a program with both copies', () => {
  it('recognises errors whichever copy threw them, and only the right ones', () => {
    const program = `
      import { createRequire } from 'node:module';
      import * as esm from 'openai/error';
      const cjs = createRequire(import.meta.url)('openai/error');
      const wrong = [];
      const make = (errors, name) =>
        errors.APIError.generate({ NotFoundError: 404, RateLimitError: 429, InternalServerError: 503 }[name], {}, 'm', new Headers());
      for (const [thrower, catcher] of [[esm, cjs], [cjs, esm]])
        for (const name of ['NotFoundError', 'RateLimitError', 'InternalServerError']) {
          const error = make(thrower, name);
          for (const other of ['OpenAIError', 'APIError', 'NotFoundError', 'RateLimitError', 'InternalServerError', 'APIConnectionError']) {
            const related = ['OpenAIError', 'APIError', name].includes(other);
            if (error instanceof catcher[other] !== related) wrong.push([name, other]);
          }
        }
      report({ wrong, separate: esm.APIError !== cjs.APIError, plain: new Error('x') instanceof cjs.OpenAIError });`;
    expect(ours.run('module', program)).toEqual({ wrong: [], separate: true, plain: false });
  });
});
