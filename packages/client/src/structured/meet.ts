/** Combines two schemas, where values of the first are passed to the second. */
import {
  fingerprint,
  forEachSchema,
  isObject,
  isOfType,
  onlyAnnotates,
  replace,
  type Schema,
  tighter,
} from './keywords.ts';
import { trace } from './pointer.ts';

/** Marks a schema whose values are not passed on as they are. */
export const converts = '~converts';
/** Begins the names of definitions made here. */
export const outPrefix = '__out';

/** Folds the pipes of one document, whose references are followed. */
export class Folding {
  readonly #root: Schema;
  /** Names of what two schemas have in common, by both of them; empty when that is nothing. */
  readonly #pairs = new Map<string, string>();

  constructor(root: Schema) {
    this.#root = root;
  }

  /** Replaces every `~out` in `schema`, in place. */
  settle(schema: unknown): void {
    forEachSchema(schema, (inner) => {
      if (inner['~out']) replace(inner, this.#folded(inner));
    });
  }

  /** `schema` with what it is piped into; its children are left alone. */
  #folded(schema: Schema): Schema {
    const { '~out': outs, ...first }: Schema = schema;
    if (!outs) return schema;
    return outs.reduce(
      (before: Schema, out: Schema | false) =>
        out ? this.#both(before, out) : { ...before, [converts]: true },
      first,
    );
  }

  /** What satisfies `first` and then `second`. With no common value there must be a conversion: `first` alone. */
  #both(first: unknown, second: unknown): any {
    if (!isObject(first) || !isObject(second)) return first === true ? second : first;
    return this.#meet(first, second) ?? { ...this.#folded(first), [converts]: true };
  }

  /** Undefined when no value satisfies both. */
  #meet(first: unknown, second: unknown): Schema | undefined {
    if (!isObject(first) || !isObject(second)) return undefined;
    const a = this.#folded(first);
    const b = this.#folded(second);
    if (a[converts] || a['oneOf'] || b['oneOf'] || isCustom(b)) return a;
    if (isCustom(a)) return b;
    if (onlyAnnotates(a) || onlyAnnotates(b, converts)) return { ...b, ...a };
    if (a['$ref'] || b['$ref']) return this.#followed(a, b);
    if (b['anyOf'] || b['allOf']) return this.#withBranches(a, b);
    const { anyOf, allOf, ...rest } = a;
    if (allOf) return { ...a, allOf: allOf.map((branch: unknown) => this.#both(branch, b)) };
    if (!anyOf) return this.#plain(a, b);
    if (onlyAnnotates(rest))
      return alternatives(
        anyOf.map((branch: unknown) => this.#meet(branch, b)),
        rest,
      );
    const met = this.#meet(rest, b);
    return met && { ...met, anyOf };
  }

  /** What a reference and another schema have in common may lead back to itself, so it gets a name. */
  #followed(a: Schema, b: Schema): Schema | undefined {
    if (a['$ref'] === b['$ref']) return a;
    const target = (schema: Schema): unknown =>
      schema['$ref'] ? trace(this.#root, schema['$ref'])?.target : schema;
    const key = fingerprint([a, b]);
    let name = this.#pairs.get(key);
    if (name === undefined) {
      this.#pairs.set(key, (name = `${outPrefix}_both${this.#pairs.size}`));
      const made = this.#meet(target(a), target(b));
      if (!made) this.#pairs.set(key, (name = ''));
      else {
        (this.#root['definitions'] ??= {})[name] = made;
        this.settle(made);
      }
    }
    return name ? { $ref: `#/definitions/${name}` } : undefined;
  }

  #withBranches(a: Schema, { anyOf, allOf, ...rest }: Schema): Schema | undefined {
    let met = this.#meet(a, rest);
    for (const branch of allOf ?? []) met = this.#meet(met, branch);
    if (!anyOf || !met) return met;
    return alternatives(anyOf.map((branch: unknown) => this.#meet(met, branch)));
  }

  /** Two schemas without references and branches. */
  #plain(a: Schema, b: Schema): Schema | undefined {
    const met: Schema = { ...b, ...a, ...narrowed(a, b) };
    const types = commonTypes(a['type'], b['type']);
    if (a['~native'] !== b['~native'] || types?.length === 0) return undefined;
    if (types) met['type'] = types.length > 1 ? types : types[0];
    const [ours, theirs] = [valuesOf(a), valuesOf(b)];
    if (ours || theirs) {
      const known = theirs && new Set(theirs);
      const values = (ours ?? theirs!).filter(
        (value) =>
          (!ours || !known || known.has(value)) && (!types || types.some((type) => isOfType(value, type))),
      );
      if (!values.length) return undefined;
      if ('const' in met) met['const'] = values[0];
      else met['enum'] = values;
      if ('const' in met) delete met['enum'];
    }
    return Object.assign(met, this.#members(a, b), this.#items(a, b));
  }

  /** Only the properties of an object that its first schema accepts reach the second. */
  #members(a: Schema, b: Schema): Schema | undefined {
    const { properties: ours = {}, additionalProperties: open } = a;
    const { properties: theirs = {}, additionalProperties: others } = b;
    if (!a['properties'] && !b['properties'] && open === undefined) return undefined;
    const required = new Set<string>([...(a['required'] ?? []), ...(b['required'] ?? [])]);
    const properties: [string, unknown][] = [];
    for (const [name, own] of Object.entries(ours)) {
      if (Object.hasOwn(theirs, name)) properties.push([name, this.#both(own, theirs[name])]);
      else if (others !== false || required.has(name))
        properties.push([name, this.#both(own, others ?? true)]);
    }
    for (const [name, other] of open ? Object.entries(theirs) : []) {
      if (!Object.hasOwn(ours, name)) properties.push([name, this.#both(open, other)]);
    }
    const further = open && others ? this.#both(open, others) : open && others;
    const all = Object.fromEntries(properties);
    return {
      properties: properties.length || a['properties'] ? all : undefined,
      required: required.size ? [...required].filter((name) => Object.hasOwn(all, name)) : undefined,
      additionalProperties: open === false ? false : further,
      propertyNames:
        further && (a['propertyNames'] || b['propertyNames'])
          ? this.#both(a['propertyNames'] ?? true, b['propertyNames'] ?? true)
          : undefined,
    };
  }

  #items(a: Schema, b: Schema): Schema | undefined {
    const [ours, theirs] = [a['items'], b['items']];
    if (ours === undefined || theirs === undefined) return undefined;
    if (!Array.isArray(ours) && !Array.isArray(theirs)) return { items: this.#both(ours, theirs) };
    const at = ({ items, additionalItems = true }: Schema, index: number): unknown =>
      Array.isArray(items) ? (items[index] ?? additionalItems) : items;
    const length = Math.max(...[ours, theirs].map((list) => (Array.isArray(list) ? list.length : 0)));
    const rest =
      Array.isArray(theirs) && b['additionalItems'] === false
        ? false
        : this.#both(at(a, length), at(b, length));
    return {
      items: Array.from({ length }, (_, index) => this.#both(at(a, index), at(b, index))),
      additionalItems: rest,
    };
  }
}

/** What only a function checks says nothing about its values, like no schema at all. */
const isCustom = (schema: Schema): boolean => ['Custom types', 'ZodEffects'].includes(schema['~native']);

function alternatives(branches: (Schema | undefined)[], more?: Schema): Schema | undefined {
  const left = branches.filter((branch) => branch !== undefined);
  return left.length > 1 ? { ...more, anyOf: left } : left[0] && { ...left[0], ...more };
}

/** The tighter of two limits, for those that both have. */
function narrowed(a: Schema, b: Schema): Schema {
  const narrow: Schema = {};
  for (const key of ['pattern', 'format', 'multipleOf']) if (key in b) narrow[key] = b[key];
  for (const key of Object.keys(b)) {
    const limit = [a[key], b[key]].every(Number.isFinite) ? tighter(key, a[key], b[key]) : undefined;
    if (limit !== undefined) narrow[key] = limit;
  }
  return narrow;
}

const valuesOf = (schema: Schema): unknown[] | undefined =>
  'const' in schema ? [schema['const']] : schema['enum'];

function commonTypes(a: unknown, b: unknown): string[] | undefined {
  if (a === undefined || b === undefined) return a === b ? undefined : ([a ?? b].flat() as string[]);
  const [ours, theirs] = [[a].flat(), [b].flat()] as [string[], string[]];
  return ours
    .map((type) =>
      theirs.includes(type)
        ? type
        : type === 'number' && theirs.includes('integer')
          ? 'integer'
          : type === 'integer' && theirs.includes('number')
            ? type
            : '',
    )
    .filter(Boolean);
}
