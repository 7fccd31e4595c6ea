/**
 * Rules for joining the deltas of a stream into one value. A rule gets what is there (undefined when nothing is) and
 * what arrived, and returns what is there from now on; returning undefined leaves the field unset.
 */

import { jsonText } from './json.ts';
import { put } from './put.ts';

export type Rule = (current: any, next: any) => unknown;

/** The last value wins, except that null and '' never replace one. */
export const latest: Rule = (current, next) => (next === null || next === '' ? (current ?? next) : next);

/** The last value that says something; until there is one the field stays unset. For ids, types, names and roles. */
export const settled: Rule = (current, next) => next || current;

/** Text that arrives in fragments; '' starts it. */
export const concat: Rule = (current, next) => {
  if (next === null || next === undefined) return current;
  const piece = typeof next === 'string' ? next : jsonText(next);
  return current ? current + piece : piece;
};

/** Strings that continue each other; any other kind of value behaves as in `latest`. */
export const text: Rule = (current, next) =>
  typeof current === 'string' && typeof next === 'string' ? current + next : latest(current, next);

/** A list that grows at its end. The list is ours: it is never the one that arrived. Null starts nothing. */
export const append: Rule = (current, next) => {
  if (!Array.isArray(next)) return current ?? next;
  const list: unknown[] = current ?? [];
  for (const item of next) list.push(item);
  return list;
};

/** The value belongs to the delta alone. */
export const ignored: Rule = (current) => current;

/**
 * An object that grows field by field, in place. Fields without a rule follow `latest`. Null and undefined change
 * nothing; `start` makes the object when its first delta arrives.
 */
/* @__NO_SIDE_EFFECTS__ */
export function fields(rules: Record<string, Rule>, start: () => object = () => ({})): Rule {
  const table: Record<string, Rule | undefined> = Object.assign(Object.create(null), rules);
  return (current, next) => {
    if (next === null || typeof next !== 'object') return current;
    const target = current ?? start();
    for (const key in next) {
      const rule = table[key];
      if (rule === ignored) continue;
      const value = next[key];
      if (rule !== undefined) {
        const merged = rule(target[key], value);
        if (merged !== undefined) target[key] = merged;
      } else if (!Object.hasOwn(target, key)) put(target, key, value);
      // Most fields of a chunk are the same in each.
      else if (value !== target[key]) put(target, key, latest(target[key], value));
    }
    return target;
  };
}

/**
 * A list whose deltas say by `index` which item they continue, in whatever order and with whatever gaps; the items keep
 * their `index`. A delta without one, or with another `type` than the item had, is an item of its own.
 */
/* @__NO_SIDE_EFFECTS__ */
export function byIndex(item: Rule): Rule {
  return (current, next) => {
    if (!Array.isArray(next)) return current ?? next;
    const list: any[] = current ?? [];
    const known = knownOf(list);
    for (const delta of next) {
      let continued = typeof delta?.index === 'number' ? known.get(delta.index) : undefined;
      if (continued?.type && delta.type && continued.type !== delta.type)
        continued = known.get(`${delta.index} ${delta.type}`);
      if (continued) item(continued, delta);
      else list.push((continued = opened(known, item(undefined, delta) ?? delta)));
      // The delta may have brought the type.
      remember(known, continued);
    }
    return list;
  };
}

/** The last item of each index, and the last of each index and type. Looking one up takes the same time in any list. */
type Known = Map<unknown, any>;

const knownItems = new WeakMap<object, Known>();

function knownOf(list: any[]): Known {
  let known = knownItems.get(list);
  if (!known) {
    knownItems.set(list, (known = new Map()));
    for (const item of list) remember(known, opened(known, item));
  }
  return known;
}

function opened(known: Known, item: any): any {
  if (typeof item?.index === 'number') known.set(item.index, item);
  return item;
}

function remember(known: Known, item: any): void {
  if (typeof item?.index === 'number' && item.type) known.set(`${item.index} ${item.type}`, item);
}
