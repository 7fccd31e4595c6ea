/**
 * Zod 4 schemas, read through `toJSONSchema` of Zod itself, which the caller brings. What Zod leaves out of JSON
 * Schema but a string can carry (dates, big integers) is marked as such; conversions are described by their input.
 */
import { forEachSchema, onlyAnnotates, placeOf, type Schema } from './keywords.ts';
import { outPrefix } from './meet.ts';
import { settlePipes } from './pipes.ts';
import { byFunction, note } from './notes.ts';
import { pointerTo } from './pointer.ts';
import { type Inspection, plainly, raise, type Refusal, refusal, type Report } from './refusal.ts';

/** What is used of a Zod 4 schema. */
interface ZodNode {
  _zod: {
    /** Whether a property of this schema may be left out. */
    optin?: 'optional' | undefined;
    def: {
      type: string;
      values?: unknown[];
      in?: ZodNode;
      out?: ZodNode;
      transform?: unknown;
      discriminator?: unknown;
      innerType?: ZodNode;
      getter?: () => ZodNode;
      shape?: Record<string, ZodNode>;
      items?: ZodNode[];
      options?: ZodNode[];
      checks?: { _zod: { def: { check: string } } }[];
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
  bigint: { type: 'string', pattern: '^(0|-?[1-9]\\d*)$', '~native': 'bigint' },
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
  file: 'Files',
  function: 'Function types',
};

/** Refuses each schema in `root` that is marked as native, but as nothing that has a JSON form. */
export function refuseForeign(
  root: unknown,
  report: Report = raise,
  messageOf = (kind: string, path: string[]): string =>
    `${kind} cannot be represented in JSON Schema, at \`${placeOf(path)}\``,
): void {
  forEachSchema(root, (schema, path) => {
    const kind = schema['~native'];
    if (kind !== undefined && !Object.hasOwn(natives, kind))
      report(refusal(placeOf(path), kind, messageOf(kind, path)), schema);
  });
}

export const protoProperty = (where: string): Refusal =>
  refusal(
    '<root>',
    '__proto__',
    `Zod field${where} uses unsupported property name \`__proto__\`, which Zod omits from parsed output.`,
  );

const isTransform = (node: ZodNode): boolean => node._zod.def.type === 'transform';

/** Whether values come out of a pipe in another form than they went in. */
const converts = ({ _zod: { def } }: ZodNode): boolean =>
  def.type === 'pipe' &&
  !!(def.transform || isTransform(def.out!) || converts(def.out!) || converts(def.in!));

const takesUndefined = (node: ZodNode): boolean =>
  ['any', 'unknown'].includes(node._zod.def.type) || isOptional(node);

/** Whether a property may be left out, by what its author wrote: preprocessing alone makes nothing optional. */
function isOptional(node: ZodNode): boolean {
  const { def, optin } = node._zod;
  const { type, in: first, out, innerType, getter } = def;
  if (type === 'pipe') {
    if (isTransform(first!)) return isOptional(out!);
    return (
      isOptional(first!) && (converts(first!) || !!def.transform || isTransform(out!) || takesUndefined(out!))
    );
  }
  if (type === 'lazy') return isOptional(getter!());
  return type === 'nullable' || type === 'readonly' ? isOptional(innerType!) : optin === 'optional';
}

/** Whether a function, or a limit that JSON Schema does not have, may refuse what the JSON Schema of `node` allows. */
function mayRefuse({ _zod: { def } }: ZodNode): boolean {
  const { type, transform, checks = [], innerType, options = [], in: first, out } = def;
  return (
    type === 'transform' ||
    !!transform ||
    (checks.length > 0 && Object.hasOwn(natives, type)) ||
    checks.some(({ _zod }) => _zod.def.check === 'custom') ||
    [innerType, first, out, ...options].some((inner) => inner && mayRefuse(inner))
  );
}

const endless =
  'A lazy schema copies itself with `.describe()` or `.meta()`, and transforms values. Describe the schema that `z.lazy()` returns.';

/**
 * The JSON Schema of what goes into a Zod 4 schema. `convert` makes the JSON Schema of one schema with these options of
 * Zod's `toJSONSchema`.
 */
export function fromZod4(
  root: unknown,
  convert: (schema: any, options: object) => Schema,
  { report, look }: Inspection = plainly,
): Schema {
  /** What pipes lead to, with its number: it is converted separately, as Zod describes only one end of a pipe. */
  const outs = new Map<ZodNode, number>();

  function visit({ zodSchema, jsonSchema, path = [] }: Visit): void {
    const { def } = zodSchema._zod;
    const foreignValue = def.values?.some((value) => value === undefined || typeof value === 'bigint');
    const kind = foreignValue ? 'Literals of bigint or undefined' : foreign[def.type];
    if (kind && (foreignValue || def.type === 'file' || onlyAnnotates(jsonSchema, 'id', 'deprecated')))
      jsonSchema['~native'] = kind;
    if (def.type === 'pipe' && !isTransform(def.in!)) {
      const passes = !def.transform && !isTransform(def.out!);
      if (passes && !outs.has(def.out!)) outs.set(def.out!, outs.size);
      const next = passes && { $ref: `#/definitions/${outPrefix}${outs.get(def.out!)}` };
      jsonSchema['~out'] = [...(jsonSchema['~out'] ?? []), next];
    }
    if (natives[def.type]) Object.assign(jsonSchema, natives[def.type]);
    if (jsonSchema['contentEncoding']?.startsWith('base64')) delete jsonSchema['contentEncoding'];
    if (def.discriminator && jsonSchema['oneOf']) {
      jsonSchema['anyOf'] = jsonSchema['oneOf'];
      delete jsonSchema['oneOf'];
    }
    if (def.type === 'object') {
      const fields = Object.entries(def.shape!);
      jsonSchema['required'] = fields.filter(([, field]) => !isOptional(field)).map(([name]) => name);
      if (!jsonSchema['required'].length) delete jsonSchema['required'];
    }
    if (def.type === 'tuple') {
      const optional = def.items!.map(isOptional);
      jsonSchema['minItems'] = optional.lastIndexOf(false) + 1;
      jsonSchema['~optional'] = [...optional.keys()].filter((index) => optional[index]);
    }
    if (Object.hasOwn(jsonSchema['properties'] ?? {}, '__proto__')) {
      const place = ['#', ...path, 'properties', '__proto__'].join('/');
      report(protoProperty(` at \`${place}\``));
    }
    const notes = look?.(zodSchema, jsonSchema);
    if (notes) jsonSchema['~notes'] = [...(jsonSchema['~notes'] ?? []), ...notes];
    // Zod writes schemas with a further key in another way, but must not here.
    else if (mayRefuse(zodSchema))
      Object.defineProperty(jsonSchema, 'toJSON', {
        value: () => ({ ...jsonSchema, '~notes': [byFunction] }),
      });
  }

  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any', override: visit };

  /**
   * Looking for transforms, which Zod does to describe the input, has no end where `z.lazy()` returns a new copy of itself at
   * each level, as `.describe()` makes one. The output has one, and is the same as long as nothing in it is transformed.
   */
  function describe(schema: unknown): Schema {
    try {
      return convert(schema, options);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const override = (seen: Visit): void => {
        if (seen.zodSchema._zod.def.type === 'pipe') throw refusal(placeOf(seen.path ?? []), 'lazy', endless);
        visit(seen);
      };
      return convert(schema, { ...options, io: 'output', override });
    }
  }

  const json = escaped(describe(root));
  // Converting one may find more of them.
  const found: Schema[] = [];
  for (const [out, index] of outs) {
    const name = `${outPrefix}${index}`;
    const { definitions, $schema: _same, ...own } = renamed(escaped(describe(out)), name);
    found.push(definitions, { [name]: own });
  }
  const { definitions } = json;
  // The first of one name stays.
  if (outs.size)
    json['definitions'] = Object.fromEntries([...found.reverse(), definitions ?? {}].flatMap(Object.entries));
  settlePipes(json);
  refuseForeign(json, report);
  return json;
}

/** `json` with pointers to definitions as they have to be written: Zod puts names into them as they are, or nearly. */
function escaped(json: Schema): Schema {
  const pointers = new Map<string, string>();
  for (const name of Object.keys(json['definitions'] ?? {})) {
    const halfway = name.replaceAll('~', '~0').replaceAll('/', '~1');
    for (const text of [name, halfway])
      pointers.set(`#/definitions/${text}`, pointerTo(['definitions', name]));
  }
  forEachSchema(json, (schema) => {
    const pointer = pointers.get(schema['$ref']);
    if (pointer) schema['$ref'] = pointer;
    // Zod makes its schemas by way of JSON, which keeps no symbols.
    note(schema, ...(schema['~notes'] ?? []));
    delete schema['~notes'];
  });
  return json;
}

/** `part` with pointers to where it stands when it is the definition `name`. Names that Zod counted up are made unique. */
function renamed(part: Schema, name: string): Schema {
  forEachSchema(part, (schema) => {
    const ref: string | undefined = schema['$ref'];
    if (ref === undefined || ref.startsWith(`#/definitions/${outPrefix}`)) return;
    if (ref.startsWith('#/definitions/')) schema['$ref'] = ref.replace(counted, `#/definitions/${name}_$1`);
    else schema['$ref'] = ref.replace('#', `#/definitions/${name}`);
  });
  const definitions = Object.entries(part['definitions'] ?? {}).map(([key, schema]) => [
    key.startsWith('__schema') ? `${name}_${key}` : key,
    schema,
  ]);
  return { ...part, definitions: Object.fromEntries(definitions) };
}

const counted = /^#\/definitions\/(__schema)/;

/** What a run of a Zod 4 schema gives: its issues lack the texts that `parse` adds. */
interface Ran {
  value: unknown;
  issues: unknown[];
}

/**
 * The result of `schema` for `value`; a promise only if it has to wait. A synchronous parse would drop a promise that it
 * meets, and its rejection would be lost. For a value that is not valid, the error of `now` or `later`.
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
