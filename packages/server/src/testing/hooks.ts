/** Finds the hooks of the current test runner. */

type Hook = (work: () => void | Promise<void>) => unknown;

export interface Hooks {
  beforeAll: Hook;
  afterEach: Hook;
  afterAll: Hook;
}

let imported: Hooks | undefined;

/** Sets the hooks of a runner whose hooks are not global. */
export function setHooks(hooks: Hooks): void {
  imported = hooks;
}

/** The hooks of Vitest, or else global hooks, as in Jest, Bun and Mocha, or else those of `node:test`. */
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
