/** Writing properties whose names come from outside. */

/** Stores a field of received data. `__proto__` becomes an ordinary field, never the prototype. */
export function put(target: object, key: string, value: unknown): void {
  if (key === '__proto__') define(target, key, value);
  else (target as Record<string, unknown>)[key] = value;
}

/** An ordinary property, whatever was there and whatever the prototype has. */
export function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
