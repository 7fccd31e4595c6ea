import { expect, it } from 'vitest';
import { satisfies } from './semver.ts';

it.each([
  ['^7.2.0', true],
  ['^7.60.0', false],
  ['^6.48 || ^7', true],
  ['^4 || ^5 || ^6', false],
  ['>=4', true],
  ['>=4.58.0 <8', true],
  ['>=4 <7', false],
  ['>7', false],
  ['>7.58', true],
  ['<=7', true],
  ['<=7.58', false],
  ['> 6.0.0 <= 7.59.0', true],
  ['6.8.1', false],
  ['7.59.0', true],
  ['=7.59.0', true],
  ['v7.59', true],
  ['~7.59', true],
  ['~7.58.3', false],
  ['~7', true],
  ['7.x', true],
  ['7.59.x', true],
  ['6.*', false],
  ['*', true],
  ['x', true],
  ['', true],
  ['4 - 7', true],
  ['4.0.0 - 6.99.0', false],
  ['^7.59.0-beta.1', true],
  ['latest', undefined],
  ['next', undefined],
  ['workspace:*', undefined],
  ['https://example.com/openai.tgz', undefined],
])('7.59.0 in %j: %s', (range, expected) => {
  expect(satisfies('7.59.0', range)).toBe(expected);
});

it('a caret keeps the first part that is not zero', () => {
  expect(['^0.1.2', '^0.0.3', '^0'].map((range) => satisfies('0.1.9', range))).toEqual([true, false, true]);
});
