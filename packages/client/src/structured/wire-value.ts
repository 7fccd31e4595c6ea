/** From a value in its wire form to the value its schema meant. */
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

export interface Reading {
  /** The value in the form `schema` describes. Copies what it changes. */
  read(schema: unknown, value: unknown): unknown;
  grade(schema: unknown, value: unknown): Grade;
}

/** How to read values of the schemas in `root`, which are marked by identity. */
export function reading(root: Schema, marks: Marks): Reading {
  /** What was found of objects and lists: without it, unions inside unions look at them once for each way down. */
  const found = new WeakMap<object, Map<Schema, Grade>>();

  function read(schema: any, value: any): unknown {
    if (!isObject(schema)) return value;
    if (schema['$ref'] !== undefined) return read(trace(root, schema['$ref'])?.target, value);
    const { allOf, anyOf, items, properties } = schema;
    for (const branch of allOf ?? []) value = read(branch, value);
    if (anyOf) value = read(branchFor(anyOf, value), value);
    const mark = marks.get(schema);
    if (isObject(items) && Array.isArray(value)) value = value.map((item) => read(items, item));
    else if (properties && isObject(value)) {
      const kept = Object.entries(value).filter(
        ([name, held]) => held !== null || !mark?.optional?.has(name),
      );
      value = Object.fromEntries(
        kept.map(([name, held]) => [
          name,
          Object.hasOwn(properties, name) ? read(properties[name], held) : held,
        ]),
      );
    }
    return mark?.as ? natives[mark.as](value, schema, mark) : value;
  }

  /** Of the branches that fit best, the first; as in the unions of validators, their order counts. */
  function branchFor(branches: unknown[], value: unknown): unknown {
    const grades = branches.map((branch) => grade(branch, value));
    return branches[grades.indexOf(2)] ?? branches[grades.indexOf(1)];
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
    let least: Grade = keepsLimits(schema, value) ? 2 : 1;
    /** False once nothing can make up for what does not fit. */
    const also = (schema: unknown, value: unknown): boolean => {
      const other = grade(schema, value);
      if (other < least) least = other;
      return least > 0;
    };
    const whole =
      allOf.every((branch: unknown) => also(branch, value)) &&
      (!anyOf || also(branchFor(anyOf, value), value)) &&
      (!items || !Array.isArray(value) || value.every((item) => also(items, item))) &&
      (!properties ||
        !isObject(value) ||
        (required.every((name: string) => Object.hasOwn(value, name)) &&
          Object.keys(value).every(
            (name) => Object.hasOwn(properties, name) && also(properties[name], value[name]),
          )));
    return whole ? least : 0;
  }

  return { read, grade };
}
