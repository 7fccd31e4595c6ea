/** The kinds of fields in the configuration file. Each checks a value, and has the JSON Schema for editors. */
import { didYouMean } from '../spelling.ts';

export interface Reading {
  /** Throws an error that names the field. `message` completes a sentence about it; `value` is shown as what it is instead. */
  refuse(path: string, message: string, value?: unknown): never;
  /** Whether the text at `path` was written as `${NAME}`, at least in part. */
  isReference(path: string): boolean;
}

export interface Field {
  check(value: unknown, path: string, reading: Reading): void;
  schema: object;
  /** Whether an object must have this field. */
  required?: true;
}

export const required = (field: Field): Field => ({ ...field, required: true });

/** The field with a description that editors show. */
export const described = (description: string, field: Field): Field => ({
  ...field,
  schema: { description, ...field.schema },
});

export const flag: Field = {
  schema: { type: 'boolean' },
  check(value, path, reading) {
    if (typeof value !== 'boolean') reading.refuse(path, 'must be true or false', value);
  },
};

/** A text that matches `pattern`; `wanted` is what it is called: `a time such as 500ms or 10s`. */
export const text = (wanted = 'a text', pattern = /\S/): Field => ({
  schema: { type: 'string', pattern: `${pattern.source}|${reference.source}` },
  check(value, path, reading) {
    if (typeof value !== 'string' || !pattern.test(value)) {
      reading.refuse(path, `must be ${wanted}`, value);
    }
  },
});

/** A reference to an environment variable, alone or in a text. */
export const reference = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** A text that the file must not hold itself: it names the variable that does. */
export const secret: Field = {
  schema: { type: 'string', pattern: reference.source },
  check(value, path, reading) {
    if (typeof value === 'string' && reading.isReference(path)) return;
    reading.refuse(path, 'must be a reference to an environment variable, such as ${OPENROUTER_API_KEY}');
  },
};

/** An object with these fields and no others. Nothing after its name, `null`, is an empty one. */
export function object(fields: Record<string, Field>): Field {
  const names = Object.keys(fields);
  const needed = names.filter((name) => fields[name]?.required);
  return {
    schema: {
      type: needed.length > 0 ? 'object' : ['object', 'null'],
      properties: Object.fromEntries(names.map((name) => [name, fields[name]?.schema])),
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
    },
    check(given, path, reading) {
      const value = given ?? {};
      if (!isRecord(value)) return reading.refuse(path, 'must be an object', value);
      for (const [name, item] of Object.entries(value)) {
        const at = joined(path, name);
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (!field) {
          const suggestion = didYouMean(name, names);
          return reading.refuse(at, `is unknown.${suggestion} The fields here are ${names.join(', ')}`);
        }
        field.check(item, at, reading);
      }
      const missing = needed.find((name) => !Object.hasOwn(value, name));
      if (missing !== undefined) reading.refuse(path, `must have the field '${missing}'`);
    },
  };
}

/** An object of any names that match `pattern`; `wanted` is what a name is called. */
export const map = (item: Field, wanted = 'a name', pattern = /\S/): Field => ({
  schema: {
    type: ['object', 'null'],
    propertyNames: { pattern: pattern.source },
    additionalProperties: item.schema,
  },
  check(given, path, reading) {
    const value = given ?? {};
    if (!isRecord(value)) return reading.refuse(path, 'must be an object', value);
    for (const [name, field] of Object.entries(value)) {
      const at = joined(path, name);
      if (!pattern.test(name)) reading.refuse(at, `must be ${wanted}`);
      item.check(field, at, reading);
    }
  },
});

export const list = (item: Field): Field => ({
  schema: { type: ['array', 'null'], items: item.schema },
  check(given, path, reading) {
    const value = given ?? [];
    if (!Array.isArray(value)) return reading.refuse(path, 'must be a list', value);
    for (const [index, field] of value.entries()) item.check(field, `${path}[${index}]`, reading);
  },
});

/** A list with at least one item: `why` it may not be empty completes a sentence about it. */
export const listOfSome = (item: Field, why: string): Field => ({
  schema: { type: 'array', minItems: 1, items: item.schema },
  check(given, path, reading) {
    if (given === null || (Array.isArray(given) && given.length === 0)) reading.refuse(path, why);
    list(item).check(given, path, reading);
  },
});

/** A text, or an object that says more. */
export const textOr = (short: Field, long: Field): Field => ({
  schema: { anyOf: [short.schema, long.schema] },
  check(value, path, reading) {
    (isRecord(value) ? long : short).check(value, path, reading);
  },
});

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
