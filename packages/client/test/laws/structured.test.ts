import { Validator } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as mini from 'zod/mini';
import { standardResponseFormat } from '../../src/helpers/standard-schema.ts';
import { zodFunction, zodResponseFormat } from '../../src/helpers/zod.ts';
import {
  type Kind,
  onTheWire,
  type Shape,
  shapes,
  toArkType,
  toValibot,
  toZod3,
  toZod4,
  valuesOf,
} from '../support/shapes.ts';
import { strictViolations } from '../support/strict-rules.ts';

const everything: Kind[] = [
  'array',
  'record',
  'keyed',
  'tuple',
  'places',
  'object',
  'nullable',
  'union',
  'choice',
];

/** ArkType itself fails to build some unions of objects. */
const arkTypeCan: Kind[] = ['array', 'record', 'tuple', 'object', 'nullable'];

interface Library {
  build(shape: Shape): any;
  format(schema: any): any;
  /** What the library makes of a native value. */
  read(schema: any, value: unknown): unknown;
  kinds: Kind[];
  runs?: number;
}

const zod = {
  format: (schema: any) => zodResponseFormat(schema, 'it'),
  read: (schema: any, value: unknown) => schema.parse(shortened(value)),
  kinds: [...everything, 'date'] satisfies Kind[],
};
const standard = {
  format: (schema: any) => standardResponseFormat(schema, 'it'),
  read: (schema: any, value: unknown) => schema['~standard'].validate(shortened(value)).value,
  kinds: [...everything, 'date'] satisfies Kind[],
};

const libraries: Record<string, Library> = {
  'Zod 4': { ...zod, build: (shape) => toZod4(shape) },
  'Zod Mini': { ...zod, build: (shape) => toZod4(shape, mini) },
  // A tuple of Zod 3 is always of full length.
  'Zod 3': { ...zod, build: toZod3, read: (schema, value) => schema.parse(value) },
  'Zod 4 as Standard Schema': { ...standard, build: (shape) => toZod4(shape) },
  Valibot: { ...standard, build: toValibot },
  ArkType: { ...standard, build: toArkType, kinds: arkTypeCan, runs: 40 },
};

const isValid = (schema: object, value: unknown): boolean => new Validator(schema, '7').validate(value).valid;

describe.each(Object.entries(libraries))('%s', (_name, { build, format, read, kinds, runs = 80 }) => {
  const cases = shapes(kinds).chain((shape) =>
    fc.record({ shape: fc.constant(shape), value: valuesOf(shape) }),
  );

  it('a value comes back from its wire form as the library itself reads it', () => {
    fc.assert(
      fc.property(cases, ({ shape, value }) => {
        const schema = build(shape);
        const made = format(schema);
        const sent = made.json_schema.schema;
        const bare = onTheWire(shape, value);
        const wire = wraps(shape) ? { value: bare } : bare;
        expect(isValid(sent, wire), JSON.stringify({ sent, wire })).toBe(true);
        expect(made.$parseRaw(JSON.stringify(wire))).toEqual(read(schema, value));
        if (wraps(shape)) expect(made.$partial(wire)).toEqual(bare);
        else expect(made.$partial).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });

  it('every schema is sent in a form that strict mode accepts', () => {
    fc.assert(
      fc.property(shapes(kinds), (shape) => {
        expect(strictViolations(format(build(shape)).json_schema.schema)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});

/** Lists without the undefined items at their end: nothing says how many of them there were. */
function shortened(value: any): unknown {
  if (Array.isArray(value)) {
    const end = value.findLastIndex((item) => item !== undefined) + 1;
    return value.slice(0, end).map(shortened);
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shortened(held)]));
}

const wraps = (shape: Shape): boolean =>
  !['object', 'places', 'keyed'].includes(shape.kind) &&
  !(shape.kind === 'tuple' && new Set(shape.of.map((of) => JSON.stringify(of))).size > 1);

describe('a function tool', () => {
  it('reads arguments as a response format reads content', () => {
    const cases = shapes([...everything, 'date']).chain((shape) =>
      fc.record({ shape: fc.constant(shape), value: valuesOf(shape) }),
    );
    fc.assert(
      fc.property(cases, ({ shape, value }) => {
        const parameters = toZod4(shape);
        const tool = zodFunction({ name: 'it', parameters });
        const bare = onTheWire(shape, value);
        const wire = JSON.stringify(wraps(shape) ? { value: bare } : bare);
        expect(tool.$parseRaw(wire)).toEqual(parameters.parse(shortened(value)));
        expect(tool.function.parameters).toEqual(zodResponseFormat(toZod4(shape), 'it').json_schema.schema);
      }),
      { numRuns: 50 },
    );
  });
});
