import { expect, it } from 'vitest';
import { forEachJSONSchemaChild } from './keywords.ts';
import { resolveLocalRef } from './pointer.ts';

const string = { type: 'string' } as const;
const root: any = {
  properties: { a: string, 'b/c~d': { anyOf: [string, true] } },
  items: { items: [string] },
  dependencies: { a: ['b'], c: string },
  default: { x: string },
  enum: [string],
  const: string,
};

it.each([
  ['#', root],
  ['#/properties/a', string],
  ['#/properties/b~1c~0d/anyOf/0', string],
  ['#/properties/b~1c~0d/anyOf/1', true],
  ['#/items/items/0', string],
  ['#/dependencies/c', string],
])('a pointer leads through schemas: %s', (ref, target) => {
  expect(resolveLocalRef(root, ref)).toEqual(target);
});

it.each([
  '#/default/x',
  '#/enum/0',
  '#/const',
  '#/dependencies/a',
  '#/properties',
  '#/properties/__proto__',
  '#/properties/b~1c~0d/anyOf/2',
  '#/properties/b~1c~0d/anyOf/00',
  '#/properties/b~1c~0d/anyOf/length',
  '#/properties/b~2',
  '#/properties/b%2Fc',
  '#/%',
  'a',
])('and through nothing else: %s', (ref) => {
  expect(resolveLocalRef(root, ref)).toBeUndefined();
});

it('lists of names among dependencies are no schemas', () => {
  const visited: unknown[] = [];
  forEachJSONSchemaChild({ dependencies: root.dependencies }, [], (schema, path) =>
    visited.push(path, schema),
  );
  expect(visited).toEqual([['dependencies', 'c'], string]);
});
