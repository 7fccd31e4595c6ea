/**
 * Zod 4 schemas, read through `toJSONSchema` of Zod itself, which the caller brings. What Zod leaves out of JSON
 * Schema but a string can carry (dates, big integers) is marked as such; conversions are described by their input.
 */
import { placeOf, type Schema } from './keywords.ts';

/** What is used of the definition of a Zod 4 schema. */
interface ZodNode {
  _zod: {
    def: {
      type: string;
      values?: unknown[];
      in?: ZodNode;
      out?: ZodNode;
      transform?: unknown;
      discriminator?: unknown;
    };
  };
}

interface Visit {
  zodSchema: ZodNode;
  jsonSchema: Schema;
  /** Absent before Zod 4.1. */
  path?: (string | number)[];
}

/** JSON for values that JSON does not have, marked for `wireForm`. */
export const natives: Record<string, Schema> = {
  date: { type: 'string', format: 'date-time', '~native': 'date' },
  bigint: { type: 'string', pattern: '^-?\\d+$', '~native': 'bigint' },
};

/** What Zod calls the types for which there is no JSON. */
const foreign: Record<string, string> = {
  symbol: 'Symbols',
  undefined: 'Undefined',
  void: 'Void',
  nan: 'NaN',
  map: 'Map',
  set: 'Set',
  transform: 'Transforms',
  custom: 'Custom types',
  function: 'Function types',
};

/** The error of a type for which there is no JSON. */
export const noJSON = (kind: string, path: readonly PropertyKey[]): Error =>
  new Error(`${kind} cannot be represented in JSON Schema, at \`${placeOf(path)}\``);

/** What `toJSONSchema` is asked for, and what it came across while it answered. */
export class ZodReading {
  /** Whether some pipe changes values, so that only its input can be asked for. */
  changes = false;
  /** The first thing that has no JSON form. */
  refusal: Error | undefined;
  readonly options: object;

  constructor(more: object) {
    this.options = {
      target: 'draft-7',
      unrepresentable: 'any',
      override: (visit: Visit) => this.#visit(visit),
      ...more,
    };
  }

  #visit({ zodSchema, jsonSchema, path = [] }: Visit): void {
    const { def } = zodSchema._zod;
    const foreignValue = def.values?.some((value) => value === undefined || typeof value === 'bigint');
    const kind = foreignValue ? 'Literals of bigint or undefined' : foreign[def.type];
    if (kind && (foreignValue || !Object.keys(jsonSchema).length)) {
      this.refusal ??= noJSON(kind, path);
    }
    if (def.type === 'pipe' && changes(zodSchema)) this.changes = true;
    if (natives[def.type]) Object.assign(jsonSchema, natives[def.type]);
    if (jsonSchema['contentEncoding']?.startsWith('base64')) delete jsonSchema['contentEncoding'];
    if (def.discriminator && jsonSchema['oneOf']) {
      jsonSchema['anyOf'] = jsonSchema['oneOf'];
      delete jsonSchema['oneOf'];
    }
    if (Object.hasOwn(jsonSchema['properties'] ?? {}, '__proto__')) {
      const place = ['#', ...path, 'properties', '__proto__'].join('/');
      this.refusal ??= protoProperty(` at \`${place}\``);
    }
  }
}

export const protoProperty = (where: string): Error =>
  new Error(
    `Zod field${where} uses unsupported property name \`__proto__\`, which Zod omits from parsed output.`,
  );

const scalars = ['string', 'number', 'boolean', 'enum', 'literal'];

/** Whether what goes into a pipe may look different from what comes out: only then is its input described. */
function changes({ _zod: { def } }: ZodNode): boolean {
  if (def.type === 'pipe') {
    const { in: input, out } = def as { in: ZodNode; out: ZodNode };
    if (def.transform || changes(out)) return true;
    if (input._zod.def.type === 'transform') return false;
    return changes(input) || input._zod.def.type !== out._zod.def.type;
  }
  return !scalars.includes(def.type);
}

/** The JSON Schema of a Zod 4 schema; `convert` is Zod's `toJSONSchema`, `more` further options of it. */
export function fromZod4(
  schema: unknown,
  convert: (schema: any, options: any) => Schema,
  more: object = {},
): Schema {
  const read = (io: 'input' | 'output'): { reading: ZodReading; json: Schema } => {
    const reading = new ZodReading({ io, ...more });
    return { reading, json: convert(schema, reading.options) };
  };
  let { reading, json } = read('output');
  if (reading.changes) ({ reading, json } = read('input'));
  if (reading.refusal) throw reading.refusal;
  return json;
}

/** What a run of a Zod 4 schema gives: its issues lack the texts that `parse` adds. */
interface Ran {
  value: unknown;
  issues: unknown[];
}

/**
 * The value `schema` makes of `value`; a promise only if it has to wait. A synchronous parse would drop the promise that it
 * meets, and nobody would hear of its rejection. For a value that is not valid, the error of `now` or `later`.
 */
export function runZod4(
  schema: { _zod: { run(payload: Ran, context: object): Ran | Promise<Ran> } },
  value: unknown,
  now: (value: unknown) => unknown,
  later: (value: unknown) => unknown,
): unknown {
  const ran = schema._zod.run({ value, issues: [] }, { async: true });
  return 'then' in ran
    ? ran.then((ran) => (ran.issues.length ? later(value) : ran.value))
    : ran.issues.length
      ? now(value)
      : ran.value;
}
