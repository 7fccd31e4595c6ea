/** Converts `oneOf`, which strict mode does not support, to `anyOf` if no value can match two branches. */
import { OpenAIError } from '../errors/openai-error.ts';
import { normalizeObjectAllOfForExclusivity } from './all-of.ts';
import { fingerprint, forEachSchema, placeOf, type Schema, typeOf } from './keywords.ts';
import { resolved, rewriteLocalRefsIntoMovedOneOfBranches } from './pointer.ts';
import { raise, refusal, type Report } from './refusal.ts';

/** Changes `root` in place. Refuses branches that may overlap, since a value of both breaks `oneOf`. */
export function oneOfToAnyOf(root: Schema, report: Report = raise): void {
  rewriteLocalRefsIntoMovedOneOfBranches(root);
  const moving: Schema[] = [];
  forEachSchema(root, (schema, path) => {
    if (!Array.isArray(schema['oneOf'])) return;
    if (schema['anyOf'] !== undefined || !areExclusive(schema['oneOf'], root)) {
      const message =
        'Standard JSON Schema generated a `oneOf` whose branches are not provably mutually exclusive. OpenAI strict ' +
        'schemas do not support `oneOf`; use `anyOf` or add a discriminator with distinct literal values.';
      report(refusal(placeOf(path), 'oneOf', message, OpenAIError));
    }
    moving.push(schema);
  });
  for (const schema of moving) {
    schema['anyOf'] = schema['oneOf'];
    delete schema['oneOf'];
  }
}

/** What is known of the values of a branch. `values` are fingerprints: the only ones it may have. */
interface Facts {
  types: Set<string> | undefined;
  values: Set<string> | undefined;
  schema: Schema;
}

const allTypes = ['string', 'number', 'boolean', 'object', 'array', 'null'];

/** The time this takes grows with the number of branches, except for closed objects without a discriminator. */
function areExclusive(branches: unknown[], root: Schema): boolean {
  const facts = branches.filter((branch) => branch !== false).map((branch) => factsOf(branch, root));
  // Branches are only compared with those that share a type with them.
  return allTypes.every((type) => {
    const sharing = facts.filter(({ types }) => !types || types.has(type));
    if (sharing.length < 2) return true;
    return (
      allDisjoint(sharing.map(({ values }) => values)) ||
      (type === 'object' && (haveDiscriminator(sharing, root) || excludeEachOther(sharing)))
    );
  });
}

function factsOf(branch: unknown, root: Schema): Facts {
  let schema = resolved(branch, root);
  schema = (normalizeObjectAllOfForExclusivity(schema, root) as Schema | undefined) ?? schema;
  const values =
    'const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? schema['enum'] : undefined;
  const types = schema['type'] === undefined ? values?.map(typeOf) : [schema['type']].flat();
  return {
    schema,
    types: types && new Set(types.map((type: string) => (type === 'integer' ? 'number' : type))),
    values: values && new Set(values.map(fingerprint)),
  };
}

function allDisjoint(sets: (Set<string> | undefined)[]): boolean {
  const all = new Set<string>();
  let size = 0;
  for (const set of sets) {
    if (!set) return false;
    for (const value of set) all.add(value);
    size += set.size;
  }
  return all.size === size;
}

/** Whether some property, required by all, has values of its own in each. */
function haveDiscriminator(facts: Facts[], root: Schema): boolean {
  const required = facts.map((fact) => new Set(requiredOf(fact)));
  return [...required[0]!].some((name) =>
    allDisjoint(
      facts.map(({ schema }, at) =>
        required[at]!.has(name) ? factsOf(schema['properties']?.[name], root).values : undefined,
      ),
    ),
  );
}

const requiredOf = ({ schema }: Facts): string[] =>
  Array.isArray(schema['required']) ? schema['required'] : [];

/** Whether of any two objects one is closed and the other requires a property it does not know. */
function excludeEachOther(facts: Facts[]): boolean {
  const forbids = (one: Facts, other: Facts): boolean =>
    one.schema['additionalProperties'] === false &&
    requiredOf(other).some((name) => !Object.hasOwn(one.schema['properties'] ?? {}, name));
  return facts.every((one, index) =>
    facts.slice(index + 1).every((other) => forbids(one, other) || forbids(other, one)),
  );
}
