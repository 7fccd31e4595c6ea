/** `colloquy.yaml`: its format, and how it is read. Every error names file, line and field. */
import { readFile } from 'node:fs/promises';
import { parseDuration } from '../config.ts';
import { checkModels, checkUpstreams } from './meaning.ts';
import { parseYAML, type Place } from '../yaml.ts';
import {
  described,
  flag,
  list,
  listOfSome,
  map,
  object,
  type Reading,
  required,
  secret,
  text,
  textOr,
} from './fields.ts';
import { resolveReferences } from './references.ts';

export interface ConfigFile {
  upstreams: Record<string, UpstreamEntry>;
  models: Record<string, ModelEntry>;
  keys: KeyEntry[];
}

/** A server that requests for models are passed on to. */
export interface UpstreamEntry {
  /** Default: that of the known provider of the same name. */
  baseURL?: string;
  /** Default: the key in the variable of the known provider. */
  key?: string;
  /** Sent with every request. */
  headers?: Record<string, string>;
  azure?: { apiVersion: string };
  timeouts?: Timeouts;
  /** Whether it gets `store` and `metadata`. Default `false`: they stay here. */
  stores?: boolean;
  /** Whether it gets the caller's key when it has none of its own. Default: only when there is one upstream. */
  passKey?: boolean;
}

/** Milliseconds. */
export interface Timeouts {
  connect?: number;
  firstChunk?: number;
  idle?: number;
}

export interface ModelEntry {
  /** The name of an upstream, or `sandbox`. */
  upstream: string;
  /** What the upstream calls it. `*` stands for what the `*` of the pattern stands for. Default: the name asked for. */
  name?: string;
  /** `upstream` or `upstream/model`, tried in order when it fails before its first chunk. */
  fallbacks?: string[];
}

export interface KeyEntry {
  name: string;
  hash: string;
  project?: string;
}

/** A configuration file that cannot be used. The message names the file, the line and the field. */
export class ConfigFileError extends Error {
  override name = 'ConfigFileError';
  readonly code = 'ERR_CONFIG_FILE';
}

const timeout = text('a time such as 500ms, 10s or 2m', /^(?![0.]+[ms])\d{1,6}(?:\.\d{1,3})?(?:ms|s|m)$/);
const upstreamName = text('the name of an upstream', /^[A-Za-z0-9][\w.-]*$/);

const upstream = object({
  baseURL: described(
    'Such as http://localhost:11434/v1. Default: the URL of the provider with this name.',
    text('an HTTP URL', /^https?:\/\/[^\s/]/i),
  ),
  key: described(
    'A reference, such as ${OPENROUTER_API_KEY}. Default: the variable of the provider.',
    secret,
  ),
  headers: described(
    'Sent with every request.',
    map(text('a header value', /^[\t\x20-\x7e\x80-\xff]*$/), 'a header name', /^[!#$%&'*+.^_`|~\w-]+$/),
  ),
  azure: described(
    'Uses the URLs of Azure OpenAI deployments, and sends the key as `api-key`.',
    object({ apiVersion: required(text('a version such as 2024-10-21', /^[\w.-]+$/)) }),
  ),
  timeouts: object({
    connect: described('For the connection. Default 10s.', timeout),
    firstChunk: described(
      'Until the first chunk, or the first byte of another response. Default 10m.',
      timeout,
    ),
    idle: described('Between two parts of a response. Default 5m.', timeout),
  }),
  stores: described('Whether `store` and `metadata` are sent to it. Default false.', flag),
  passKey: described(
    'Whether the key of the caller is sent to it if it has no key here. Default: only if there is one upstream.',
    flag,
  ),
});

const model = object({
  upstream: required(described('The name of an upstream, or sandbox.', upstreamName)),
  name: described('The model name at the upstream; * stands for what the * of the pattern matches.', text()),
  fallbacks: described(
    'Tried in order if the upstream fails before its first chunk: an upstream, or upstream/model.',
    list(text('an upstream, or upstream/model', /^[A-Za-z0-9][\w.-]*(?:\/\S+)?$/)),
  ),
});

const file = object({
  $schema: text(),
  upstreams: described(
    'Servers to forward requests to, by name.',
    map(upstream, 'a name such as ollama or my-azure', /^[A-Za-z0-9][\w.-]*$/),
  ),
  models: described(
    'The upstream for each model name, or for a pattern such as llama*. The longest pattern wins.',
    map(textOr(upstreamName, model), 'a model name, with * at its end or nowhere', /^[^\s*][^*]*\*?$|^\*$/),
  ),
  keys: described(
    'Keys that clients may use.',
    listOfSome(
      object({ name: required(text()), hash: required(text()), project: text() }),
      'must have an entry: without keys, the server accepts any. Leave `keys` out if it should',
    ),
  ),
});

/** The JSON Schema of the file, for editors. It is kept in `colloquy.schema.json`. */
export const configFileSchema: object = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Configuration of colloquy-server',
  ...file.schema,
};

/** Reads a configuration file. Rejects with a {@link ConfigFileError}. */
export async function loadConfigFile(path: string, env = process.env): Promise<ConfigFile> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException): never => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new ConfigFileError(`Cannot read the configuration '${path}': ${reason}.`);
  });
  return parseConfigFile(text, path, env);
}

/** The configuration in the text of a file, which messages call `name`. Throws a {@link ConfigFileError}. */
export function parseConfigFile(
  text: string,
  name = 'colloquy.yaml',
  env: Readonly<Record<string, string | undefined>> = process.env,
): ConfigFile {
  const fail = (message: string, { line, column }: Place, path = ''): never => {
    throw new ConfigFileError(`${name}:${line}:${column}: ${path && `'${path}' `}${message}.`);
  };
  const { value, placeOf } = parseYAML(text, name, (message, place) =>
    fail(message.replace(/\.$/, ''), place),
  );
  const refuse = (path: string, message: string): never =>
    fail(path === '' ? `The file ${message}` : message, placeOf(path), path);
  const resolved = resolveReferences(value ?? {}, env, refuse);
  const reading: Reading = {
    isReference: (path) => resolved.references.has(path),
    refuse: (path, message, ...given) =>
      refuse(
        path,
        given.length === 0 || resolved.references.has(path) ? message : `${message}, not ${shown(given[0])}`,
      ),
  };
  file.check(resolved.value, '', reading);
  const config = configOf(resolved.value as Written);
  checkUpstreams(config, refuse);
  checkModels(config, refuse);
  return config;
}

type Optional<Fields> = { [Name in keyof Fields]?: Fields[Name] | null | undefined };

/** The file as it is written. */
type Written = Optional<{
  upstreams: Record<string, WrittenUpstream | null>;
  models: Record<string, string | (Optional<ModelEntry> & { upstream: string })>;
  keys: KeyEntry[];
}>;

type WrittenUpstream = Optional<
  Omit<UpstreamEntry, 'timeouts'> & { timeouts: Record<keyof Timeouts, string> }
>;

function configOf({ upstreams, models, keys }: Written): ConfigFile {
  return {
    upstreams: mapped(upstreams, (entry) => {
      const { timeouts, ...others } = given(entry ?? {});
      return { ...others, ...(timeouts && { timeouts: mapped(timeouts, parseDuration) }) } as UpstreamEntry;
    }),
    models: mapped(models, (entry) =>
      typeof entry === 'string' ? { upstream: entry } : (given(entry) as ModelEntry),
    ),
    keys: keys ?? [],
  };
}

/** The fields that are written with a value. */
function given<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Fields;
}

function mapped<From, To>(
  fields: Record<string, From> | null | undefined,
  change: (field: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, field]) => [name, change(field)]));
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
