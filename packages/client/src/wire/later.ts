/** Properties that are computed when they are first read, and are ordinary ones from then on. */

import { define, put } from './put.ts';

/** A value that has not been read yet. */
export class Later {
  readonly make: () => unknown;

  constructor(make: () => unknown) {
    this.make = make;
  }
}

/** `value` itself, or what it makes. */
export function made(value: unknown): unknown {
  return value instanceof Later ? value.make() : value;
}

/** Where an object keeps its `Later`. Not enumerable, and found through a framework's proxies too. */
const later = Symbol('later');

/** Stores a field of received data; one whose value is a `Later` is worked out when it is first read. */
export function putLater(object: object, key: string, value: unknown): void {
  if (value instanceof Later) defineLater(object, key, value);
  else put(object, key, value);
}

/**
 * Gives `object` an enumerable property that becomes what `value` makes when it is first read. One such property to an
 * object.
 *
 * Its accessor is made once per key, so that the objects which have it keep one shape. With accessors that are new every
 * time, V8 makes a shape for each object, and a dead shape keeps all that its accessor saw until the next full
 * collection: readings of a long response then cost ten times as much (Node 20 and 24, 2026-11).
 */
function defineLater(object: object, key: string, value: Later): void {
  Object.defineProperty(object, later, { value });
  Object.defineProperty(object, key, accessorOf(key));
}

function accessorOf(key: string): PropertyDescriptor {
  let accessor = accessors.get(key);
  if (accessor === undefined) {
    if (accessors.size > 100) accessors.clear();
    const settle = (object: object, value: unknown): unknown => {
      define(object, key, value);
      return value;
    };
    accessor = {
      get(this: { [later]: Later }) {
        return settle(this, this[later].make());
      },
      set(this: object, value: unknown) {
        settle(this, value);
      },
      enumerable: true,
      configurable: true,
    };
    accessors.set(key, accessor);
  }
  return accessor;
}

const accessors = new Map<string, PropertyDescriptor>();
