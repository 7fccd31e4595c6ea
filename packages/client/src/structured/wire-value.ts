/** Converts a value from the form in which it was sent to the value of its schema. */
import { isObject, isOfType, type Schema } from './keywords.ts';
import { dateOf, isInteger, keepsLimits } from './limits.ts';
import { trace } from './pointer.ts';

export type Decoder = (value: unknown) => unknown;

/** What to do with the values of some schemas: how to convert them, and which properties are absent when null. */
export type Marks = Map<Schema, Mark>;

export interface Mark {
  as?: keyof typeof natives | undefined;
  optional?: Set<string> | undefined;
  /** How many items a tuple has at least. */
  least?: number | undefined;
}

/** Conversions. A value that cannot be converted stays as it is, for the validator to refuse. */
const natives = {
  date: (value: unknown): unknown => (typeof value === 'string' && dateOf(value)) || value,
  bigint: (value: unknown): unknown =>
    typeof value === 'string' && isInteger(value) ? BigInt(value) : value,
  record: (value: unknown): unknown =>
    Array.isArray(value) && value.every(isObject)
      ? Object.fromEntries(value.map((pair) => [pair['key'], pair['value']]))
      : value,
  tuple(value: unknown, { properties }: Schema, { least = 0 }: Mark): unknown {
    if (!isObject(value) || !Object.keys(value).every((name) => Object.hasOwn(properties, name)))
      return value;
    const names = Object.keys(properties).filter((name) => name !== 'rest');
    const items = names.filter((name) => Number(name) >= 0).map((name) => value[name]);
    const further: unknown[] = [value['rest'] ?? []].flat();
    further.push(...names.filter((name) => Number(name) < 0).map((name) => value[name]));
    // An optional item that is absent keeps its place before others.
    while (!further.length && items.length > least && items.at(-1) === undefined) items.pop();
    return [...items, ...further];
  },
};

/** How well a value fits a schema: by nothing, by its shape alone, or with the limits of the schema too. */
export type Grade = 0 | 1 | 2;

/** A place in the value that is made of one in its wire form. */
export interface Place {
  /** The keys that lead there, as {@link stepTo} writes them. */
  path: string;
  /** Which branch of `union` the `value` at a place is read as. */
  choose: (union: unknown[], value: unknown, at: Place) => unknown;
  /** The branch of a union that the place is in. */
  within?: unknown;
  /** What stands before the items of a list that is the rest of a tuple. */
  before?: number;
  /** The place is that of a pair of a record, and of its value. */
  pair?: boolean;
}

/** No such text begins another one, unless one path leads through the other. */
export const stepTo = (key: unknown): string => JSON.stringify(String(key));

const under = (at: Place, key: unknown): Place => ({ ...at, path: at.path + stepTo(key), before: 0 });

export interface Reading {
  /** The value in the form `schema` describes. Copies what it changes. `at` chooses other branches than the first. */
  read(schema: unknown, value: unknown, at?: Place): unknown;
  /** The branches that may allow a value. Those that fit best come first; else their order counts, as in validators. */
  branchesFor(union: unknown[], value: unknown): unknown[];
  grade(schema: unknown, value: unknown): Grade;
}

/** How to read values of the schemas in `root`, which are marked by identity. */
export function reading(root: Schema, marks: Marks): Reading {
  /** What was found of objects and lists: without it, unions inside unions look at them once for each way down. */
  const found = new WeakMap<object, Map<Schema, Grade>>();

  function read(schema: any, value: any, at?: Place): unknown {
    if (!isObject(schema)) return value;
    if (schema['$ref'] !== undefined) return read(trace(root, schema['$ref'])?.target, value, at);
    const { allOf, anyOf, items, properties } = schema;
    for (const branch of allOf ?? []) value = read(branch, value, at);
    if (anyOf) {
      const within = at ? at.choose(anyOf, value, at) : branchesFor(anyOf, value)[0];
      value = read(within, value, at && { ...at, within });
    }
    const mark = marks.get(schema);
    if (isObject(items) && Array.isArray(value))
      value = value.map((item, index) =>
        read(items, item, at && placeOfItem(at, index, mark?.as === 'record' && item)),
      );
    else if (properties && isObject(value)) {
      const kept = Object.entries(value).filter(
        ([name, held]) => held !== null || !mark?.optional?.has(name),
      );
      value = Object.fromEntries(
        kept.map(([name, held]) => [
          name,
          Object.hasOwn(properties, name)
            ? read(properties[name], held, at && placeOfProperty(at, name, mark?.as === 'tuple' && value))
            : held,
        ]),
      );
    }
    return mark?.as ? natives[mark.as](value, schema, mark) : value;
  }

  function branchesFor(union: unknown[], value: unknown): unknown[] {
    const grades = union.map((branch) => grade(branch, value));
    return [2, 1].flatMap((wanted) => union.filter((_, index) => grades[index] === wanted));
  }

  function grade(schema: any, value: any): Grade {
    if (!isObject(schema)) return schema === true ? 2 : 0;
    if (schema['$ref'] !== undefined) return grade(trace(root, schema['$ref'])?.target, value);
    if (typeof value !== 'object' || value === null) return gradeOf(schema, value);
    let answers = found.get(value);
    if (!answers) found.set(value, (answers = new Map()));
    let answer = answers.get(schema);
    if (answer === undefined) answers.set(schema, (answer = gradeOf(schema, value)));
    return answer;
  }

  function gradeOf(schema: Schema, value: any): Grade {
    const { type, enum: values, anyOf, allOf = [], items, properties, required = [] } = schema;
    const mark = marks.get(schema);
    if (
      (type !== undefined && ![type].flat().some((type: string) => isOfType(value, type))) ||
      ('const' in schema && schema['const'] !== value) ||
      (values && !values.includes(value)) ||
      (mark?.as && value !== null && natives[mark.as](value, schema, mark) === value)
    )
      return 0;
    // First what tells the branches of most unions apart, wherever it stands.
    for (const name in properties) {
      const known = properties[name];
      if (
        Object.hasOwn(Object(known), 'const') &&
        isObject(value) &&
        Object.hasOwn(value, name) &&
        known.const !== value[name]
      )
        return 0;
    }
    // What is sent requires all properties; servers that do not keep to it may leave out those that were optional.
    const full =
      !isObject(value) || Object.keys(properties ?? {}).every((name) => Object.hasOwn(value, name));
    let least: Grade = full && keepsLimits(schema, value) ? 2 : 1;
    /** False once nothing can make up for what does not fit. */
    const also = (schema: unknown, value: unknown): boolean => {
      const other = grade(schema, value);
      if (other < least) least = other;
      return least > 0;
    };
    const whole =
      allOf.every((branch: unknown) => also(branch, value)) &&
      (!anyOf || also(branchesFor(anyOf, value)[0], value)) &&
      (!items || !Array.isArray(value) || value.every((item) => also(items, item))) &&
      (!properties ||
        !isObject(value) ||
        (required.every((name: string) => Object.hasOwn(value, name)) &&
          Object.keys(value).every(
            (name) => Object.hasOwn(properties, name) && also(properties[name], value[name]),
          )));
    return whole ? least : 0;
  }

  return { read, branchesFor, grade };
}

/** `pair` is the item, where the list is a record. */
const placeOfItem = (at: Place, index: number, pair: any): Place =>
  pair ? { ...at, path: at.path + stepTo(pair.key), pair: true } : under(at, index + (at.before ?? 0));

/** `tuple` is the value, where the object is a tuple. */
function placeOfProperty(at: Place, name: string, tuple: Schema | false): Place {
  if (at.pair) return { ...at, pair: false };
  if (!tuple || Number(name) >= 0) return under(at, name);
  const before = Object.keys(tuple).filter((name) => Number(name) >= 0).length;
  if (name === 'rest') return { ...at, before };
  const after = Object.keys(tuple).filter((name) => Number(name) < 0).length;
  return under(at, before + [tuple['rest'] ?? []].flat().length + after + Number(name));
}
