/** The flags of the command line: their names, descriptions and environment variables, and how their text is read. */
import { InvalidArgumentError, Option } from 'commander';
import {
  logFormats,
  readAddress,
  readBytes,
  readChoice,
  readDuration,
  readFields,
  readHosts,
  readKeys,
  readLimit,
  readNumber,
  readOrigins,
  readPaths,
  readPort,
  readSeconds,
  readText,
  serverDefaults as defaults,
  SettingError,
  storeModes,
  type LogFormat,
  type StoreMode,
} from './config.ts';
import { cassetteModes, type CassetteMode } from './cassette/cassette.ts';
import { readPace, type Pace } from './cassette/replay.ts';
import { readUpstream } from './config-file/providers.ts';
import { readFaultOrNone, readQuirk } from './sandbox/asks.ts';
import { readRateLimit, type RateLimit } from './sandbox/rate-limit.ts';
import { isPostgresURL } from './store/names.ts';

/** The values of the flags, as commander collects them. */
export interface Flags {
  port: number;
  host: string;
  db: string;
  seed: number;
  tokensPerSecond: number;
  store: StoreMode;
  apiKey?: string[];
  apiKeyFile?: string;
  bodyLimit: number;
  maxValues: number;
  keepAlive: number;
  grace: number;
  cors?: string[];
  allowHost?: string[];
  fixtures?: string[];
  watch?: boolean;
  strictFixtures?: boolean;
  control?: boolean;
  quirk?: string;
  fault?: string;
  rateLimit?: RateLimit;
  cassette?: string;
  mode?: CassetteMode;
  config?: string;
  upstream?: string;
  upstreamKey?: string;
  providers?: boolean;
  ignore?: string[];
  pace?: Pace;
  quiet?: boolean;
  log: LogFormat;
  metrics?: boolean;
}

/** One flag. Its environment variable is its long name in capitals: `--api-key` is `COLLOQUY_API_KEY`. */
interface Flag {
  names: string;
  description: string;
  /** The default as a value, and as text for the help if that differs or there is only text. */
  fallback?: unknown;
  shown?: string;
  read?: (text: string) => unknown;
  /** Used instead of `read` for a flag that may be repeated. One text may have several items, separated by commas. */
  readItems?: (text: string) => string[];
}

/** What descriptions of flags say about {@link databaseURL}. */
export const databaseVariable = 'without this flag, DATABASE_URL is used if it is a PostgreSQL URL';

/** The value of `DATABASE_URL` if it is a PostgreSQL URL: platforms also set it for other databases. */
export function databaseURL(): string | undefined {
  const { DATABASE_URL: url = '' } = process.env;
  return isPostgresURL(url) ? url : undefined;
}

const flags: Flag[] = [
  {
    names: '-p, --port <port>',
    description: 'port to listen on; 0 for any free port',
    fallback: defaults.port,
    read: readPort,
  },
  {
    names: '--host <address>',
    description: 'address to listen on; 0.0.0.0 accepts requests from other machines',
    fallback: defaults.host,
    read: readAddress,
  },
  {
    names: '--db <name>',
    description:
      'database for stored completions: a file, a PostgreSQL URL, or :memory: (lost when the server stops); ' +
      databaseVariable,
    fallback: databaseURL() ?? defaults.db,
    shown: defaults.db,
    read: readText,
  },
  {
    names: '--store <which>',
    description: 'chat completions to store: asked (only those with store: true) or all',
    fallback: defaults.store,
    read: readChoice(storeModes),
  },
  {
    names: '--seed <number>',
    description: 'seed for the replies of the sandbox, and for a --fault with a rate',
    fallback: defaults.seed,
    read: readNumber,
  },
  {
    names: '--tokens-per-second <number>',
    description: 'speed of sandbox streams; 0 for no delay',
    fallback: defaults.tokensPerSecond,
    read: readNumber,
  },
  {
    names: '--api-key <key>',
    description:
      'key that clients must send; may be repeated; if no keys are configured, any key is accepted',
    readItems: readKeys,
  },
  {
    names: '--api-key-file <file>',
    description: 'file with one key per line; unlike --api-key, not visible to other users of the machine',
    read: readText,
  },
  {
    names: '--body-limit <size>',
    description: 'largest request body',
    fallback: defaults.bodyLimit,
    shown: '32mb',
    read: readBytes,
  },
  {
    names: '--max-values <number>',
    description:
      'size limit for the parsed request body: a string counts 3, an object property 10, any other value 1',
    fallback: defaults.maxValues,
    read: readLimit,
  },
  {
    names: '--keep-alive <seconds>',
    description: 'seconds without output after which a stream sends a comment; 0 for never',
    fallback: defaults.keepAliveMs,
    shown: '15',
    read: readSeconds,
  },
  {
    names: '--grace <time>',
    description: 'time for requests in flight to finish after SIGINT or SIGTERM, such as 500ms or 10s',
    fallback: defaults.graceMs,
    shown: '10s',
    read: readDuration,
  },
  {
    names: '--cors <origin>',
    description: 'origin of web pages that may send requests, or *; may be repeated',
    readItems: readOrigins,
  },
  {
    names: '--allow-host <name>',
    description: 'host name to accept in the Host header, besides localhost; may be repeated',
    readItems: readHosts,
  },
  {
    names: '--fixtures <path>',
    description: 'YAML or JSON file, folder or URL with fixtures; may be repeated',
    readItems: readPaths,
  },
  { names: '--watch', description: 'read fixtures again when a file changes' },
  { names: '--control', description: 'serve /sandbox/fixtures, /sandbox/requests and /sandbox/reset' },
  { names: '--strict-fixtures', description: 'respond with 404 to a request that no fixture matches' },
  {
    names: '--quirk <name>',
    description: 'server whose wire format to imitate, for example ollama or azure',
    read: named(readQuirk),
  },
  {
    names: '--fault <list>',
    description: 'faults to simulate, for example "stall-after=3" or "status=429;rate=0.2"',
    read: named(readFaultOrNone),
  },
  {
    names: '--rate-limit <limits>',
    description: 'limits of the sandbox for each key and minute, such as "requests=60;tokens=90000"',
    read: readRateLimit,
  },
  {
    names: '--cassette <file>',
    description: 'JSONL file of recorded responses to use instead of the sandbox',
    read: readText,
  },
  {
    names: '--mode <mode>',
    description: 'mode of the cassette: replay, record or record-on-miss',
    shown: 'replay',
    read: readChoice(cassetteModes),
  },
  {
    names: '-c, --config <file>',
    description: 'YAML file with upstreams, models and keys; default: colloquy.yaml, if it exists',
    read: readText,
  },
  {
    names: '--upstream <url>',
    description: 'server to forward requests to: a base URL, or a provider such as ollama or openrouter',
    read: readUpstream,
  },
  {
    names: '--upstream-key <key>',
    description:
      "key for the upstream; default: the provider's environment variable, or else the caller's key if clients need none",
    read: readText,
  },
  {
    names: '--providers',
    description: 'forward models such as openrouter/openai/gpt-5 and ollama/llama3.2 to known providers',
  },
  {
    names: '--ignore <field>',
    description:
      'field to ignore when matching recorded requests, such as seed or messages[0].content; may be repeated',
    readItems: readFields,
  },
  {
    names: '--pace <pace>',
    description: 'speed of recorded responses: real, instant, or a factor such as 2x or 0.5x',
    shown: 'instant',
    read: readPace,
  },
  {
    names: '--log <format>',
    description: 'log format: text, or json (one object for each request)',
    fallback: defaults.logFormat,
    read: readChoice(logFormats),
  },
  { names: '--metrics', description: 'serve /metrics for Prometheus; needs a key if clients need one' },
  { names: '-q, --quiet', description: 'do not log requests' },
];

/** Commander would turn a switch on for any value of its variable. */
const isOff = (value = 'unset'): boolean => /^(?:|0|false|no|off)$/i.test(value.trim());

/** The text itself, once `read` has accepted it. */
function named(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    read(text);
    return text;
  };
}

/** The environment variable of a flag. */
export function variableOf(option: Option): string {
  return `COLLOQUY_${option.name().toUpperCase().replaceAll('-', '_')}`;
}

/** The flags as options of commander. */
export function options(): Option[] {
  return flags.map(({ names, description, fallback, shown, read, readItems }) => {
    // Some defaults apply only with other flags, so commander must not set them.
    const isShownOnly = fallback === undefined && shown !== undefined;
    const option = new Option(names, isShownOnly ? `${description} (default: ${shown})` : description);
    const variable = variableOf(option);
    if (!option.isBoolean() || !isOff(process.env[variable])) option.env(variable);
    if (fallback !== undefined) option.default(fallback, shown ?? String(fallback));
    else if (isShownOnly) option.defaultValueDescription = shown;
    if (readItems) {
      option.argParser((text, before: string[] = []) => [...before, ...checked(readItems, text)]);
    } else if (read) option.argParser((text) => checked(read, text));
    return option;
  });
}

/** The result of `read` for the text of a flag. Its error becomes that of commander, which names the flag. */
export function checked<Value>(read: (text: string) => Value, text: string): Value {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof SettingError) throw new InvalidArgumentError(`It ${error.message}.`);
    throw error;
  }
}
