/** The hooks of the test runner that this code runs under. */

type Hook = (work: () => void | Promise<void>) => unknown;

export interface Hooks {
  beforeAll: Hook;
  afterEach: Hook;
  afterAll: Hook;
}

let imported: Hooks | undefined;

/** Sets the hooks of a runner that has to be imported. */
export function setHooks(hooks: Hooks): void {
  imported = hooks;
}

/** Those of Vitest; else global ones, as Jest, Bun and Mocha have; else those of `node:test`. */
export function findHooks(): Hooks {
  return imported ?? named(globalThis) ?? named(process.getBuiltinModule('node:test')) ?? missing();
}

const names = [
  ['beforeAll', 'afterEach', 'afterAll'],
  ['before', 'afterEach', 'after'],
] as const;

function named(scope: object): Hooks | undefined {
  for (const group of names) {
    const [beforeAll, afterEach, afterAll] = group.map(
      (name) => (scope as Record<string, unknown>)[name] as Hook,
    );
    if ([beforeAll, afterEach, afterAll].every((hook) => typeof hook === 'function'))
      return { beforeAll, afterEach, afterAll } as Hooks;
  }
  return undefined;
}

function missing(): never {
  throw new Error(
    'useSandbox() found no test runner. Pass its hooks as `hooks: { beforeAll, afterEach, afterAll }`.',
  );
}
