/** The schema that a value is made for: its references, its enums, and how much work it may still cost. */
import type { Sliced } from '../../slices.ts';
import { Expressions } from './expressions.ts';
import { isPlain, type PlainSchema, type Schema, Unsatisfiable } from './schema.ts';

/** No more is tried: other branches will not be looked at either. */
export class Exhausted extends Unsatisfiable {
  constructor() {
    super('no value was found for it in reasonable time');
  }
}

/** How often a schema or a pattern may be looked at for one value: between two pauses, and in all. Up to some tenths of a second. */
const checksInOneGo = 40_000;
const allChecks = 500_000;

export class SchemaDocument {
  readonly root: Schema;
  readonly #expressions = new Expressions();
  readonly #references = new Map<string, Schema>();
  readonly #values = new WeakMap<readonly unknown[], ReadonlySet<string>>();
  readonly #patterns = new WeakMap<PlainSchema, [pattern: string, schema: unknown][]>();
  #anchors: Map<string, unknown> | undefined;
  #left: number;
  #leftNow: number;
  readonly #mostNow: number;

  /** `checks` is how much work there may be. With `Infinity`, nothing is ever too much. */
  constructor(root: Schema, checks = allChecks) {
    this.root = root;
    this.#left = checks;
    this.#mostNow = Number.isFinite(checks) ? checksInOneGo : checks;
    this.#leftNow = this.#mostNow;
  }

  /** Counts work. Throws `Exhausted` once it is too much. */
  spend(checks = 1): void {
    this.#left -= checks;
    this.#leftNow -= checks;
    if (this.#left < 0 || this.#leftNow < 0) throw new Exhausted();
  }

  /** Where long work may pause. */
  *pause(): Sliced<void> {
    yield;
    this.#expressions.goOn();
    this.#leftNow = this.#mostNow;
  }

  /** As `Expressions.match`. */
  match(pattern: string, text: string, unknown?: boolean): boolean {
    return this.#expressions.match(pattern, text, unknown);
  }

  /** The schema a local reference points at: `#`, `#/$defs/node`, `#anchor`. */
  resolve(ref: string): Schema {
    const known = this.#references.get(ref);
    if (known !== undefined) return known;
    if (!ref.startsWith('#')) throw new Unsatisfiable(`the reference '${ref}' leads out of the schema`);
    const target =
      ref === '#' || ref.startsWith('#/') ? pointed(this.root, ref) : this.#anchored(ref.slice(1));
    if (typeof target !== 'boolean' && !isPlain(target)) {
      throw new Unsatisfiable(`the reference '${ref}' leads nowhere`);
    }
    this.#references.set(ref, target);
    return target;
  }

  #anchored(name: string): unknown {
    this.#anchors ??= anchorsOf(this.root);
    return this.#anchors.get(name);
  }

  /** Whether `values`, such as those of an `enum`, hold `value`. */
  includes(values: readonly unknown[], value: unknown): boolean {
    let known = this.#values.get(values);
    if (!known) {
      known = new Set(values.map(canonical));
      this.#values.set(values, known);
    }
    return known.has(canonical(value));
  }

  /** The schemas of `patternProperties` that hold for the property `name`. */
  byPattern(schema: PlainSchema, name: string): unknown[] {
    const properties = schema['patternProperties'];
    if (!isPlain(properties)) return [];
    let patterns = this.#patterns.get(properties);
    if (!patterns) {
      patterns = Object.entries(properties);
      this.#patterns.set(properties, patterns);
    }
    this.spend(patterns.length);
    return patterns.filter(([pattern]) => this.match(pattern, name)).map(([, found]) => found);
  }
}

function pointed(root: Schema, ref: string): unknown {
  let target: unknown = root;
  for (const part of ref.split('/').slice(1)) {
    const key = decoded(part).replace(/~1/g, '/').replace(/~0/g, '~');
    target =
      typeof target === 'object' && target !== null && Object.hasOwn(target, key)
        ? (target as PlainSchema)[key]
        : undefined;
  }
  return target;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function anchorsOf(root: Schema): Map<string, unknown> {
  const anchors = new Map<string, unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    const name = (node as PlainSchema)['$anchor'];
    if (typeof name === 'string' && !anchors.has(name)) anchors.set(name, node);
    for (const child of Object.values(node)) waiting.push(child);
  }
  return anchors;
}

/** Text that two JSON values share when they are the same, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return `"${value}`;
  return JSON.stringify(value, (_key, part: unknown) =>
    isPlain(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}
