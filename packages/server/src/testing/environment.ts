/** Sets the variables that clients read, while a sandbox is in use. */

export type Variables = Record<string, string>;

interface Use {
  variables: Variables;
}

/** The last one counts. */
let uses: Use[] = [];
const before = new Map<string, string | undefined>();

/** Sets the variables until they are released. If uses overlap, the latest unreleased one applies. */
export function setVariables(variables: Variables): { renew(): void; release(): void } {
  const use: Use = { variables };
  const renew = (): void => {
    uses = [...uses.filter((other) => other !== use), use];
    apply();
  };
  renew();
  return {
    renew,
    release() {
      uses = uses.filter((other) => other !== use);
      apply();
    },
  };
}

function apply(): void {
  for (const name of uses.flatMap(({ variables }) => Object.keys(variables)))
    if (!before.has(name)) before.set(name, process.env[name]);
  const current: Variables = Object.assign({}, ...uses.map(({ variables }) => variables));
  for (const [name, original] of before) {
    const value = current[name] ?? original;
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
    if (!(name in current)) before.delete(name);
  }
}
