/** From a value in its wire form to the value its schema meant. */
import { isObject, isOfType, type Schema } from './keywords.ts';
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

/** RFC 3339: a date, or a date with a time and an offset. */
const dateTime =
  /^(\d{4}-\d\d-\d\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/i;

/** Undefined for days that no calendar has, which `Date` moves into the next month. */
function dateOf(text: string): Date | undefined {
  const [whole, day] = dateTime.exec(text) ?? [];
  const midnight = new Date(day ?? Number.NaN);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day!);
  return exists ? new Date(whole!.toUpperCase()) : undefined;
}

/** Conversions. A value that cannot be converted stays as it is, for the validator to refuse. */
const natives = {
  date: (value: unknown): unknown => (typeof value === 'string' && dateOf(value)) || value,
  bigint: (value: unknown): unknown =>
    typeof value === 'string' && /^(0|-?[1-9]\d*)$/.test(value) ? BigInt(value) : value,
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

/** The decoder of `root`, whose schemas are marked by identity. It copies what it changes. */
export function decoder(root: Schema, marks: Marks): Decoder {
  /** What was found of objects and lists: without it, unions inside unions look at them once for each way down. */
  const found = new WeakMap<object, Map<Schema, boolean>>();

  function read(schema: any, value: any): unknown {
    if (!isObject(schema)) return value;
    if (schema['$ref'] !== undefined) return read(trace(root, schema['$ref'])?.target, value);
    const { allOf, anyOf, items, properties } = schema;
    for (const branch of allOf ?? []) value = read(branch, value);
    if (anyOf)
      value = read(
        anyOf.find((branch: unknown) => fits(branch, value)),
        value,
      );
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

  /** Whether `value` has the shape of `schema`. Limits and patterns do not count: they tell no branches apart. */
  function fits(schema: any, value: any): boolean {
    if (!isObject(schema)) return schema === true;
    if (schema['$ref'] !== undefined) return fits(trace(root, schema['$ref'])?.target, value);
    if (typeof value !== 'object' || value === null) return looksLike(schema, value);
    let answers = found.get(value);
    if (!answers) found.set(value, (answers = new Map()));
    let answer = answers.get(schema);
    if (answer === undefined) answers.set(schema, (answer = looksLike(schema, value)));
    return answer;
  }

  function looksLike(schema: Schema, value: any): boolean {
    const { type, enum: values, anyOf, allOf, items, properties, required = [] } = schema;
    const mark = marks.get(schema);
    return (
      (type === undefined || [type].flat().some((type: string) => isOfType(value, type))) &&
      (!('const' in schema) || schema['const'] === value) &&
      (!values || values.includes(value)) &&
      (!anyOf || anyOf.some((branch: unknown) => fits(branch, value))) &&
      (!allOf || allOf.every((branch: unknown) => fits(branch, value))) &&
      (!items || !Array.isArray(value) || value.every((item) => fits(items, item))) &&
      (!properties ||
        !isObject(value) ||
        (required.every((name: string) => Object.hasOwn(value, name)) &&
          Object.keys(value).every(
            (name) => Object.hasOwn(properties, name) && fits(properties[name], value[name]),
          ))) &&
      (!mark?.as || value === null || natives[mark.as](value, schema, mark) !== value)
    );
  }

  return (value) => read(root, value);
}
