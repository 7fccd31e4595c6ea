/** Gives the targets of references their own names, so that the schemas around them can move. */
import { copyOf, forEachSchema, placeOf, type Schema } from './keywords.ts';
import { refFault, type Step, trace } from './pointer.ts';
import { raise, type Report } from './refusal.ts';

/**
 * Checks every `$ref` in `root`, and makes those whose way `moves` point to a copy of their target under
 * `$defs[prefix + n]`, with n counting up from 0 past names that are taken.
 */
export function hoistRefs(
  root: Schema,
  moves: (step: Step) => boolean,
  prefix: string,
  report: Report = raise,
): void {
  const names = new Map<Schema, string>();
  const moved: [schema: Schema, target: Schema][] = [];
  forEachSchema(root, (schema, path) => {
    if (schema['$ref'] === undefined) return;
    const fault = refFault(root, schema, placeOf(path));
    if (fault) return report(fault, schema);
    const { steps, target } = trace(root, schema['$ref'])!;
    if (steps.some(moves)) moved.push([schema, target as Schema]);
  });
  let count = 0;
  for (const [schema, target] of moved) {
    let name = names.get(target);
    while (!name) {
      const free = prefix + count++;
      if (!Object.hasOwn(root['$defs'] ?? {}, free)) names.set(target, (name = free));
    }
    schema['$ref'] = `#/$defs/${name}`;
  }
  if (!moved.length) return;
  const named = [...names].map(([target, name]) => [name, copyOf(target)]);
  root['$defs'] = { ...root['$defs'], ...Object.fromEntries(named) };
}
