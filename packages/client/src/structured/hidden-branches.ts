/** Finds branches of unions that no value can ever match, with examples of what they allow. */
import { forEachSchema, onlyAnnotates, placeOf, type Schema } from './keywords.ts';
import { notesOf } from './notes.ts';
import { resolved } from './pointer.ts';
import { refusal, type Report } from './refusal.ts';
import type { Marks, Reading } from './wire-value.ts';

/** A branch of a union, or of a union that is a branch of it. */
interface Branch {
  schema: Schema;
  path: string[];
}

/**
 * Refuses each union in `root` that has a branch whose every value an earlier branch takes and reads as
 * something else. A branch that also has values of its own is no fault: what fits both belongs to the first, as in the
 * unions of validators.
 */
export function refuseHidden(root: Schema, { read, grade }: Reading, marks: Marks, report: Report): void {
  const named = ({ schema, path }: Branch): string => {
    const { type, format } = schema;
    const kind = marks.get(schema)?.as ?? [type].flat().join(' or ');
    return `\`${placeOf(path)}\` (${kind}${format && kind !== 'date' ? `, ${format}` : ''})`;
  };
  const known = new Map<Schema, boolean>();
  /** Whether only the validator knows which of the values that `schema` allows a branch takes. */
  const isLimited = (schema: Schema): boolean => {
    if (!known.has(schema)) {
      known.set(schema, false);
      let limited = false;
      forEachSchema(schema, (inner) => {
        const target = resolved(inner, root);
        limited ||= notesOf(inner).length > 0 || (target !== inner && isLimited(target));
      });
      known.set(schema, limited);
    }
    return known.get(schema)!;
  };
  /** The first earlier branch that takes a value and reads it as another; false if `branch` has a value of its own. */
  const takes = (values: unknown[], branch: Branch, before: Earlier): Branch | false | undefined => {
    let other: Branch | undefined;
    for (const value of values) {
      const takers = near(before, value as object).filter(({ schema }) => grade(schema, value) === 2);
      const first = takers.find(({ schema }) => !isLimited(schema));
      if (!first) return false;
      const own = written(read(branch.schema, value));
      if (takers.every(({ schema }) => written(read(schema, value)) !== own)) other ??= first;
    }
    return other;
  };
  // Most branches show by a single value that they have some of their own.
  const one = exampleFinder(root, grade, 1);
  const many = exampleFinder(root, grade, 500);
  forEachSchema(root, (union, path) => {
    if (!Array.isArray(union['anyOf'])) return;
    const before: Earlier = new Map();
    for (const branch of branchesOf(union, path, root)) {
      const other =
        takes(one(branch.schema, 6), branch, before) !== false &&
        takes(many(branch.schema, 6), branch, before);
      add(before, branch);
      if (!other) continue;
      const place = placeOf(path);
      const message =
        `Union at \`${place}\` has branches that cannot be distinguished: ${named(other)} accepts every value of ` +
        `${named(branch)} and reads it differently. Put the one that accepts fewer values first, or use ` +
        'objects that differ in a literal property.';
      report(refusal(place, 'anyOf', message), union);
      return;
    }
  });
}

/** Earlier branches, by the text of a constant that they have: of the value itself, or of a property with its name. */
type Earlier = Map<string | undefined, Branch[]>;

/** Those that may have the constant of a value, and those without one. Most branches of large unions differ in a constant. */
const near = (before: Earlier, value: object): Branch[] =>
  [
    undefined,
    tagOf(value),
    ...Object.entries(Object(value)).map(([name, held]) => `${name},${tagOf(held)}`),
  ].flatMap((tag) => before.get(tag) ?? []);

/** Objects are alike: one with a property named `toString` has no text. */
const tagOf = (value: unknown): string => (value === Object(value) ? '' : String(value));

function add(before: Earlier, branch: Branch): void {
  const { const: own, type, properties = {} } = branch.schema;
  const held = Object.entries<any>(properties).find(([, inner]) => inner.const !== undefined);
  let tag;
  if (own !== undefined) tag = tagOf(own);
  else if (held && type === 'object') tag = `${held[0]},${tagOf(held[1].const)}`;
  const alike = before.get(tag) ?? [];
  alike.push(branch);
  before.set(tag, alike);
}

function branchesOf(union: Schema, path: string[], root: Schema, passed: unknown[] = [union]): Branch[] {
  return union['anyOf'].flatMap((branch: unknown, index: number): Branch[] => {
    const schema = resolved(branch, root);
    const place = [...path, 'anyOf', String(index)];
    if (passed.includes(schema)) return [];
    return schema['anyOf'] && onlyAnnotates(schema, 'anyOf')
      ? branchesOf(schema, place, root, [...passed, schema])
      : [{ schema, path: place }];
  });
}

type Examples = (schema: unknown, depth: number) => unknown[];

/** Finds values that a schema allows: the first of them, or all there are. None are known of schemas with too many. */
function exampleFinder(root: Schema, grade: Reading['grade'], most: number): Examples {
  /** By depth: schemas that many others refer to are looked at once. */
  const known: Map<Schema, unknown[]>[] = [];

  function drawn(schema: Schema, within: (inner: unknown) => unknown[]): unknown[] {
    const { type, enum: values, anyOf } = schema;
    if (values) return values;
    if ('const' in schema) return [schema['const']];
    if (anyOf) return anyOf.flatMap(within);
    return [type].flat().flatMap((type) => (ofType[type] ?? numbers)(schema, within));
  }

  return function examples(reference, depth) {
    const schema = resolved(reference, root);
    let found = (known[depth] ??= new Map()).get(schema);
    if (!found) {
      found = drawn(schema, (inner) => (depth ? examples(inner, depth - 1) : []));
      const few = most === 1 || found.length <= most;
      found = few ? found.filter((value) => grade(schema, value) === 2).slice(0, most) : [];
      known[depth].set(schema, found);
    }
    return found;
  };
}

const numbers = (schema: Schema): unknown[] =>
  ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].flatMap((limit) => {
    const number: number = schema[limit] ?? 0;
    return [number, number + 1, number - 1];
  });

/** Each property and each item takes all the values known for it. */
const ofType: Record<string, (schema: Schema, within: (inner: unknown) => unknown[]) => unknown[]> = {
  null: () => [null],
  boolean: () => [true, false],
  string: () => texts,
  array({ items, minItems, maxItems = 12 }, within) {
    const lengths = [minItems || 1, Math.min(maxItems, 12)];
    const lists = within(items).flatMap((item) =>
      lengths.map((length) => Array.from({ length }, () => item)),
    );
    return [[], ...lists];
  },
  object({ properties = {} }, within) {
    const held = Object.entries(properties).map(([name, inner]) => [name, within(inner)] as const);
    if (held.some(([, values]) => !values.length)) return [];
    return Array.from({ length: Math.max(1, ...held.map(([, values]) => values.length)) }, (_, row) =>
      Object.fromEntries(held.map(([name, values]) => [name, values[row % values.length]])),
    );
  },
};

/** Of many kinds and lengths: of what a format, a limit or a common pattern allows, some is likely among them. */
const texts = [
  ...' a Word -word 0 -1 00 12 12345 a@example.com https://example.com'.split(' '),
  ...'2026-05-01 2026-05-01T09:00:00Z 2026-05-01T09:00:00.123Z'.split(' '),
  '1'.repeat(100),
  'x'.repeat(1000),
];

/** A text by which values are compared, native ones too. */
const written = (value: unknown): string =>
  JSON.stringify(value, function (this: any, key, held) {
    const native = this[key];
    if (typeof native === 'bigint') return { bigint: String(native) };
    return native instanceof Date ? { date: held } : held;
  });
