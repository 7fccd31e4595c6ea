/** Maps model names to upstreams, and to the name of the model there. */
import type { ModelEntry, UpstreamEntry } from '../config-file/config-file.ts';
import { findProvider, providerAt } from '../config-file/providers.ts';
import { SettingError, timerMs } from '../config.ts';
import { Upstream } from './upstream.ts';

/** An upstream with its settings. */
export interface NamedUpstream {
  name: string;
  upstream: Upstream;
  /** Whether `store` and `metadata` are sent to it. */
  stores: boolean;
  /** Milliseconds until the first chunk of a response, and between two parts of it. */
  timeouts: { firstChunk: number; idle: number };
  /** Whether its list of models is fetched. Azure lists models that are not deployed. */
  isListed: boolean;
}

/** An upstream to ask for a model, by the name it has there. */
export interface Target {
  upstream: NamedUpstream;
  model: string;
}

export interface UpstreamsSettings {
  upstreams: Readonly<Record<string, UpstreamEntry>>;
  models?: Readonly<Record<string, ModelEntry>> | undefined;
  /** Whether `provider/model` is asked of a known provider although there is only one upstream. Default `false`. */
  providers?: boolean | undefined;
  /** Whether the keys of callers are for this server, and never passed on. */
  hasKeys?: boolean | undefined;
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

export class Upstreams {
  readonly #settings: UpstreamsSettings;
  readonly #upstreams = new Map<string, NamedUpstream>();
  /** The only one in the settings: other names are its models. Undefined when there are several, or none. */
  readonly only: NamedUpstream | undefined;
  /** Those of the settings that list their models. */
  readonly listed: readonly NamedUpstream[];

  /** Throws a `TypeError` for an upstream whose address is not known, and a `SettingError` for a key that cannot be sent. */
  constructor(settings: UpstreamsSettings) {
    this.#settings = settings;
    const entries = Object.entries(settings.upstreams);
    for (const [name, entry] of entries)
      this.#upstreams.set(name, this.#open(name, entry, entries.length === 1));
    this.only = entries.length === 1 ? this.#upstreams.get(entries[0]![0]) : undefined;
    for (const { upstream, fallbacks = [] } of Object.values(settings.models ?? {})) {
      for (const name of [upstream, ...fallbacks.map((fallback) => split(fallback)[0])]) {
        if (name !== sandbox) this.#named(name);
      }
    }
    this.listed = [...this.#upstreams.values()].filter(({ isListed }) => isListed);
  }

  /** Names of models that are spelled out in the settings. */
  get names(): string[] {
    return Object.keys(this.#settings.models ?? {}).filter((name) => !name.endsWith('*'));
  }

  /**
   * The upstreams for a model, in order. Exact names take precedence over patterns, and longer patterns over shorter
   * ones. Then follow `upstream/model`, the only upstream, and `provider/model`. With `providers`, the last takes
   * precedence over the only upstream. Undefined for the sandbox, and for an unknown name.
   */
  targets(name: string | undefined): Target[] | undefined {
    const entry = name === undefined ? undefined : this.#entryOf(name);
    if (entry) return this.#targetsOf(entry.entry, entry.pattern, name!);
    if (name === undefined) return this.only && [{ upstream: this.only, model: '' }];
    const [prefix, model] = split(name);
    const named = model === undefined ? undefined : this.#upstreams.get(prefix);
    if (named) return [{ upstream: named, model: model! }];
    const isProvider = model !== undefined && findProvider(prefix) !== undefined;
    if (this.only && !(isProvider && this.#settings.providers)) return [{ upstream: this.only, model: name }];
    return isProvider ? [{ upstream: this.#named(prefix), model }] : undefined;
  }

  /** The names and patterns that are given to the sandbox. */
  get sandboxNames(): string[] {
    const models = Object.entries(this.#settings.models ?? {});
    return models.filter(([, { upstream }]) => upstream === sandbox).map(([name]) => name);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#upstreams.values()].map(({ upstream }) => upstream.close()));
  }

  #entryOf(name: string): { entry: ModelEntry; pattern: string } | undefined {
    const models = this.#settings.models ?? {};
    const exact = Object.hasOwn(models, name) ? models[name] : undefined;
    if (exact) return { entry: exact, pattern: name };
    const patterns = Object.keys(models).filter(
      (pattern) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)),
    );
    const pattern = patterns.toSorted((one, other) => other.length - one.length)[0];
    return pattern === undefined ? undefined : { entry: models[pattern]!, pattern };
  }

  #targetsOf(entry: ModelEntry, pattern: string, name: string): Target[] | undefined {
    if (entry.upstream === sandbox) return undefined;
    const star = name.slice(pattern.length - 1);
    const model = entry.name?.replace('*', () => star) ?? name;
    return [
      { upstream: this.#named(entry.upstream), model },
      ...(entry.fallbacks ?? []).map((fallback) => {
        const [upstream, other = model] = split(fallback);
        return { upstream: this.#named(upstream), model: other };
      }),
    ];
  }

  #named(name: string): NamedUpstream {
    let found = this.#upstreams.get(name);
    if (!found) this.#upstreams.set(name, (found = this.#open(name, {}, false)));
    return found;
  }

  #open(name: string, entry: UpstreamEntry, isOnly: boolean): NamedUpstream {
    const { env = process.env, hasKeys = false } = this.#settings;
    const baseURL = entry.baseURL ?? findProvider(name)?.baseURL;
    if (baseURL === undefined) throw new TypeError(`'${name}' is neither an upstream nor a known provider.`);
    const { keyVariable } = providerAt(baseURL) ?? {};
    const { connect = 10_000, firstChunk = 600_000, idle = 300_000 } = entry.timeouts ?? {};
    const apiKey =
      entry.key?.trim() ?? (keyVariable === undefined ? undefined : env[keyVariable]?.trim() || undefined);
    if (apiKey !== undefined && !isHeaderValue(apiKey))
      throw new SettingError(
        `The key of the upstream '${name}' has a line break or another character that no header may have.`,
      );
    return {
      name,
      upstream: new Upstream({
        baseURL,
        apiKey,
        passAuthorization: !hasKeys && (entry.passKey ?? isOnly),
        headers: entry.headers,
        azure: entry.azure,
        connectTimeout: timerMs(connect),
      }),
      stores: entry.stores ?? false,
      timeouts: { firstChunk: timerMs(firstChunk), idle: timerMs(idle) },
      isListed: entry.azure === undefined,
    };
  }
}

const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

/** The model that needs no upstream. */
const sandbox = 'sandbox';

/** `openrouter/openai/gpt-5` as `['openrouter', 'openai/gpt-5']`. */
function split(name: string): [string, string | undefined] {
  const at = name.indexOf('/');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)];
}
