// The known differences in what the package offers, each shown on the packed tarball beside the original.
import { afterAll, beforeAll, expect, it } from 'vitest';
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

/** The same program in a project with our package, and in one with the original. */
function both(kind: 'module' | 'commonjs', program: string): [unknown, unknown] {
  return [ours.run(kind, program), original.run(kind, program)];
}

it('has the names of other clouds, which explain themselves [root-out-of-scope]', () => {
  const program = `
    import { BedrockOpenAI, ComputerToolset } from 'openai';
    report([BedrockOpenAI, ComputerToolset].map((Class) => {
      try {
        return new Class({ awsRegion: 'us-east-1', bearerToken: 't' }).constructor.name;
      } catch (error) {
        return error.constructor.name + ': ' + error.message;
      }
    }));`;
  const [mine, theirs] = both('module', program);
  expect(mine).toEqual([
    'OpenAIError: BedrockOpenAI is not part of colloquy. Keep openai beside it (docs/migration.md).',
    'OpenAIError: ComputerToolset is not part of colloquy. Keep openai beside it (docs/migration.md).',
  ]);
  expect(theirs).not.toEqual(mine);
});

it('loads one copy however a path is spelled [spelling-follows-condition]', () => {
  const program = `
    import * as plain from 'openai/error';
    import * as spelled from 'openai/error.js';
    report(plain.APIError === spelled.APIError);`;
  expect(both('module', program)).toEqual([true, false]);
});

it('keeps no vendored code within reach [no-vendor]', () => {
  const program = `
    const found = await import('openai/_vendor/partial-json-parser/parser').then(() => true, () => false);
    report(found);`;
  expect(both('module', program)).toEqual([false, true]);
});

it('recognises errors of the other copy [instanceof-across-copies]', () => {
  const program = `
    import { createRequire } from 'node:module';
    import { APIError } from 'openai/error';
    const other = createRequire(import.meta.url)('openai/error');
    report(new other.APIError(400, undefined, 'm', undefined) instanceof APIError);`;
  expect(both('module', program)).toEqual([true, false]);
});
