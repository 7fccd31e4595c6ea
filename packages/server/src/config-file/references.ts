/** `${NAME}` in the texts of the configuration file becomes the value of an environment variable. */
import { isRecord, joined } from './fields.ts';

export interface Resolved {
  value: unknown;
  /** The paths of texts that had a reference. */
  references: ReadonlySet<string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A copy of `given` in which every reference is replaced; `$${` stands for `${`. Calls `fail`, which throws, for a variable that
 * is not set, or blank.
 */
export function resolveReferences(
  given: unknown,
  env: Environment,
  fail: (path: string, message: string) => never,
): Resolved {
  const references = new Set<string>();
  const resolve = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      return value.replaceAll(/\$\$\{|\$\{([^}]*)(\}?)/g, (found, name: string | undefined, end: string) => {
        if (name === undefined) return '${';
        if (end === '' || !/^[A-Za-z_]\w*$/.test(name)) {
          fail(path, `has '${found}', which is not a reference. Write \${NAME}, or $\${ for the text \${`);
        }
        references.add(path);
        const text = env[name];
        if (text === undefined || text.trim() === '')
          fail(path, `needs the environment variable ${name}, which is not set`);
        return text;
      });
    }
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${path}[${index}]`));
    if (!isRecord(value)) return value;
    // `fromEntries` defines fields, so that `__proto__` is one like any other.
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, resolve(item, joined(path, name))]),
    );
  };
  return { value: resolve(given, ''), references };
}
