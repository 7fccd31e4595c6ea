/**
 * What goes into a pipe. A converter describes a pipe by its first schema and lists what the value goes through
 * afterwards under the key `~out`: further schemas, or `false` for a conversion. A value that is passed on as it is has
 * to satisfy all of them, so they become one schema, up to the first conversion.
 */
import { copyOf, forEachSchema, replace, type Schema } from './keywords.ts';
import { converts, Folding, outPrefix } from './meet.ts';
import { pointerTo } from './pointer.ts';

/** Replaces every `~out` in `root`, in place. Of its definitions those remain that are referred to or in `kept`. */
export function settlePipes(root: Schema, kept: string[] = []): void {
  new Folding(root).settle(root);
  inline(root, kept);
  forEachSchema(root, (schema) => {
    delete schema[converts];
  });
}

/** Puts what pipes lead to instead of references to it. Only what refers to itself stays a definition. */
function inline(root: Schema, kept: string[]): void {
  const { definitions = {}, ...rest } = root;
  const names = new Map(Object.keys(definitions).map((name) => [pointerTo(['definitions', name]), name]));
  const used = new Set<string>();
  const recursive = new Map<string, boolean>();
  const reaches = (from: unknown, name: string, seen = new Set<string>()): boolean => {
    let found = false;
    forEachSchema(from, ({ $ref }) => {
      const next = names.get($ref);
      if (found || next === undefined || seen.has(next)) return;
      seen.add(next);
      found = next === name || reaches(definitions[next], name, seen);
    });
    return found;
  };
  const stays = (name: string): boolean => {
    if (!name.startsWith(outPrefix)) return true;
    if (!recursive.has(name)) recursive.set(name, reaches(definitions[name], name));
    return recursive.get(name)!;
  };
  const use = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    look(definitions[name]);
  };
  const look = (from: unknown): void =>
    forEachSchema(from, (schema) => {
      let name;
      while ((name = names.get(schema['$ref'])) !== undefined && !stays(name)) {
        const { $ref: _inlined, ...own } = schema;
        replace(schema, { ...copyOf(definitions[name]), ...own });
      }
      if (name !== undefined) use(name);
    });
  look(rest);
  for (const name of kept) use(name);
  for (const name of names.values()) if (!used.has(name)) delete definitions[name];
  if (!used.size) delete root['definitions'];
}
