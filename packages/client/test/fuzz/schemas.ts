/**
 * Random schemas with unions of overlapping branches: each is refused because a branch is hidden, or every value it allows
 * is read as that of the first branch that allows it. `npx tsx packages/client/test/fuzz/schemas.ts 100000 [seed]` draws
 * so many of each library.
 */
import { inspect, isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import * as fc from 'fast-check';
import * as mini from 'zod/mini';
import { standardResponseFormat } from '../../src/helpers/standard-schema.ts';
import { zodResponseFormat } from '../../src/helpers/zod.ts';
import { none, read, wiresOf } from '../support/overlaps.ts';
import {
  type Kind,
  type Shape,
  shapes,
  shown,
  toArkType,
  toValibot,
  toZod3,
  toZod4,
} from '../support/shapes.ts';

interface Library {
  build(shape: Shape): any;
  format(schema: any): any;
  /** What the library makes of a native value: it may itself put it into another branch. */
  parse(schema: any, value: unknown): unknown;
  kinds: Kind[];
  /**
   * Whether unions are sets: branches have an order of the library's own, and those whose values another one allows are left
   * out, so that they are not sent.
   */
  sets?: boolean;
}

const holders: Kind[] = [
  'array',
  'record',
  'tuple',
  'object',
  'nullable',
  'choice',
  'short',
  'long',
  'overlap',
];
const zod = {
  format: (schema: any) => zodResponseFormat(schema, 'it'),
  parse: (schema: any, value: unknown) => schema.parse(value),
  kinds: [...holders, 'date', 'bigint', 'small'] satisfies Kind[],
};
const standard = {
  format: (schema: any) => standardResponseFormat(schema, 'it'),
  parse(schema: any, value: unknown) {
    const result = schema['~standard'].validate(value);
    if (result.issues) throw new Error(JSON.stringify(result.issues));
    return result.value;
  },
  kinds: zod.kinds,
};

export const libraries: Record<string, Library> = {
  'Zod 4': { ...zod, build: (shape) => toZod4(shape) },
  'Zod Mini': { ...zod, build: (shape) => toZod4(shape, mini) },
  'Zod 3': { ...zod, build: toZod3 },
  Valibot: { ...standard, build: toValibot },
  ArkType: { ...standard, build: toArkType, kinds: holders.filter((kind) => kind !== 'record'), sets: true },
};

export interface Report {
  /** How many schemas were taken, refused for a hidden branch, and not built by the library itself. */
  taken: number;
  refused: number;
  unbuilt: number;
  violations: string[];
}

/** Draws `runs` schemas; run `n` is drawn from `seed + n`. */
export function drawSchemas(library: Library, runs: number, seed: number): Report {
  const report: Report = { taken: 0, refused: 0, unbuilt: 0, violations: [] };
  const drawn = shapes(library.kinds).chain((shape) =>
    fc.record({ shape: fc.constant(shape), wires: fc.array(wiresOf(shape), { minLength: 4, maxLength: 4 }) }),
  );
  for (let run = 0; run < runs; run++) {
    const [one] = fc.sample(drawn, { numRuns: 1, seed: seed + run });
    const violation = play(library, one!, report);
    if (violation) report.violations.push(`${seed + run}: ${violation} ${JSON.stringify(one)}`);
  }
  return report;
}

function play(
  { build, format, parse, sets }: Library,
  { shape, wires }: { shape: Shape; wires: unknown[] },
  report: Report,
): string | undefined {
  let schema;
  try {
    schema = build(shape);
  } catch {
    report.unbuilt++;
    return undefined;
  }
  let made;
  try {
    made = format(schema);
  } catch (error) {
    report.refused++;
    if (!/cannot be distinguished/.test(String(error))) return String(error);
    return hides(shape) ? undefined : `refused without reason: ${String(error)}`;
  }
  report.taken++;
  const wrapped = 'value' in made.json_schema.schema.properties && made.$partial;
  /** What the JSON Schema alone makes of the value, if the library takes that: refinements it does not show may put it elsewhere. */
  const seeming = (shape: Shape, wire: unknown): unknown => {
    const value = shown(shape) === shape ? none : read(shown(shape), wire);
    try {
      return value === none ? undefined : parse(schema, value);
    } catch {
      return undefined;
    }
  };
  for (const wire of wires) {
    const sent = wrapped ? { value: wire } : wire;
    const compared = (shape: Shape): string | undefined =>
      compare(made, sent, seeming(shape, wire) ?? parse(schema, read(shape, wire)));
    const violation = compared(shape);
    if (!violation) continue;
    const isSent = (): boolean => new Ajv({ strict: false }).validate(made.json_schema.schema, sent);
    if (!sets || (isSent() && orders.every((order) => compared(reordered(shape, order))))) return violation;
  }
  return undefined;
}

/** The orders that up to three branches can have. */
const orders = ['012', '021', '102', '120', '201', '210'];

/** `shape` with the branches of each union in this order. */
const reordered = (shape: Shape, order: string): Shape =>
  JSON.parse(JSON.stringify(shape), (_key, held) =>
    held?.kind === 'overlap' ? { ...held, of: [...order].flatMap((index) => held.of[index] ?? []) } : held,
  );

function compare(format: any, wire: unknown, expected: unknown): string | undefined {
  try {
    const value = format.$parseRaw(JSON.stringify(wire));
    if (isDeepStrictEqual(value, expected)) return undefined;
    return `reads ${inspect(wire)} as ${inspect(value)}, not ${inspect(expected)}`;
  } catch (error) {
    return `does not read ${JSON.stringify(wire)}: ${String(error)}`;
  }
}

/** Whether a union in `shape` has a branch that earlier ones seem to hide. */
function hides(shape: Shape): boolean {
  if (shape.kind === 'object') return shape.fields.some((field) => hides(field.shape));
  if (shape.kind === 'choice') return shape.of.flat().some((field) => hides(field.shape));
  if (!('of' in shape)) return false;
  const inner = [shape.of].flat();
  return inner.some(hides) || (shape.kind === 'overlap' && hasHidden(flat(shape)));
}

const flat = (shape: Shape): Shape[] =>
  shape.kind === 'overlap' ? shape.of.flatMap(flat) : shape.kind === 'nullable' ? flat(shape.of) : [shape];

const sampled = (shape: Shape): unknown[] => fc.sample(wiresOf(shape), { numRuns: 60, seed: 1 });

/** Values of earlier branches are tried, too: they have the texts, such as digits, that those branches read in their own way. */
const hasHidden = (branches: Shape[]): boolean =>
  branches.some((branch, index) => {
    const earlier = branches.slice(0, index);
    const readings = [branch, ...earlier]
      .flatMap(sampled)
      .map((wire) => ({ own: read(branch, wire), before: earlier.map((other) => read(other, wire)) }))
      .filter(({ own }) => own !== none)
      .map(({ own, before }) => ({ own, before: before.filter((value) => value !== none) }));
    return (
      readings.every(({ before }) => before.length) &&
      readings.some(({ own, before }) => before.every((value) => !isDeepStrictEqual(value, own)))
    );
  });

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [runs = 100_000, seed = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
  for (const [name, library] of Object.entries(libraries)) {
    const { violations, ...counts } = drawSchemas(library, runs, seed);
    console.log(`${name}, seed ${seed}: ${JSON.stringify(counts)}, ${violations.length} violations`);
    for (const violation of violations.slice(0, 10)) console.error(violation.slice(0, 600));
    if (violations.length) process.exitCode = 1;
  }
}
