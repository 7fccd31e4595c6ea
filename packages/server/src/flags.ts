/** The flags of the command line: their words, their environment variables, and how their text is read. */
import { InvalidArgumentError, Option } from 'commander';
import {
  logFormats,
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
import { isPostgresURL } from './store/names.ts';

/** The values of the flags, as commander gathers them. */
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
  strictFixtures?: boolean;
  control?: boolean;
  quirk?: string;
  fault?: string;
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
  /** The default as a value, and as the help shows it where the value would not read well. */
  fallback?: unknown;
  shown?: string;
  read?: (text: string) => unknown;
  /** In place of `read`: may be given again, and one text may hold several items, separated by commas. */
  readItems?: (text: string) => string[];
}

const flags: Flag[] = [
  {
    names: '-p, --port <port>',
    description: 'port to listen on; 0 takes a free one',
    fallback: defaults.port,
    read: readPort,
  },
  {
    names: '--host <address>',
    description: 'address to listen on; 0.0.0.0 lets other machines in',
    fallback: defaults.host,
    read: readText,
  },
  {
    names: '--db <name>',
    description:
      'where stored completions are kept: a file, the URL of PostgreSQL, or :memory: until the server stops; ' +
      'DATABASE_URL when that is a URL of PostgreSQL',
    fallback: isPostgresURL(process.env['DATABASE_URL'] ?? '') ? process.env['DATABASE_URL'] : defaults.db,
    shown: defaults.db,
    read: readText,
  },
  {
    names: '--store <which>',
    description: 'chat completions to store: asked, those with store: true, or all',
    fallback: defaults.store,
    read: readChoice(storeModes),
  },
  {
    names: '--seed <number>',
    description: 'another seed gives the same request other words, and lets other requests fail by rate',
    fallback: defaults.seed,
    read: readNumber,
  },
  {
    names: '--tokens-per-second <number>',
    description: 'how fast the sandbox streams; 0: at once',
    fallback: defaults.tokensPerSecond,
    read: readNumber,
  },
  {
    names: '--api-key <key>',
    description: 'a key that clients must send; may be repeated; without one, any key is accepted',
    readItems: readKeys,
  },
  {
    names: '--api-key-file <file>',
    description:
      'file with such keys, one a line: other users of the machine see --api-key, but not what is in a file',
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
    description: 'most values in a request body; a string counts as 3, a property as 10',
    fallback: defaults.maxValues,
    read: readLimit,
  },
  {
    names: '--keep-alive <seconds>',
    description: 'seconds of silence after which a stream sends a comment; 0: never',
    fallback: defaults.keepAliveMs,
    shown: '15',
    read: readSeconds,
  },
  {
    names: '--grace <time>',
    description: 'how long a signal lets responses in flight finish, such as 500ms or 10s',
    fallback: defaults.graceMs,
    shown: '10s',
    read: readDuration,
  },
  {
    names: '--cors <origin>',
    description: 'origin whose web pages may send requests, or *; may be repeated',
    readItems: readOrigins,
  },
  {
    names: '--allow-host <name>',
    description: 'host name to accept besides localhost; may be repeated',
    readItems: readHosts,
  },
  {
    names: '--fixtures <path>',
    description: 'YAML or JSON file, folder or URL with replies; may be repeated',
    readItems: readPaths,
  },
  { names: '--control', description: 'serve /sandbox/fixtures, /sandbox/requests and /sandbox/reset' },
  { names: '--strict-fixtures', description: 'respond with 404 to a request that no fixture matches' },
  {
    names: '--quirk <name>',
    description: 'respond as another server would, such as ollama or azure',
    read: named(readQuirk),
  },
  {
    names: '--fault <list>',
    description: 'let responses fail, such as "stall-after=3" or "status=429;rate=0.2"',
    read: named(readFaultOrNone),
  },
  {
    names: '--cassette <file>',
    description: 'recorded responses in place of the sandbox, as JSONL',
    read: readText,
  },
  {
    names: '--mode <mode>',
    description: 'mode of the cassette: replay, record or record-on-miss; replay when not given',
    read: readChoice(cassetteModes),
  },
  {
    names: '-c, --config <file>',
    description: 'upstreams, models and keys as YAML; default: colloquy.yaml, if it exists',
    read: readText,
  },
  {
    names: '--upstream <url>',
    description: 'server whose models respond: a base URL, or a provider such as ollama or openrouter',
    read: readUpstream,
  },
  {
    names: '--upstream-key <key>',
    description: "key for the upstream; without one, that of its variable, or the caller's, is sent",
    read: readText,
  },
  {
    names: '--providers',
    description: 'ask known providers for models such as openrouter/openai/gpt-5 and ollama/llama3.2',
  },
  {
    names: '--ignore <field>',
    description:
      'field that a recorded request may differ in, such as seed or messages[0].content; may be repeated',
    readItems: readFields,
  },
  {
    names: '--pace <pace>',
    description:
      'pace of recorded responses: real, instant, or a factor such as 2x or 0.5x; instant when not given',
    read: readPace,
  },
  {
    names: '--log <format>',
    description: 'log lines as text or json; json: one object for each request',
    fallback: defaults.logFormat,
    read: readChoice(logFormats),
  },
  { names: '--metrics', description: 'serve /metrics for Prometheus; needs a key when clients need one' },
  { names: '-q, --quiet', description: 'no line for each request' },
];

/** Commander takes a switch for on when its variable is set, whatever to. */
const isOff = (value = 'unset'): boolean => /^(?:|0|false|no|off)$/i.test(value.trim());

/** The text itself, once `read` has accepted it. */
function named(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    read(text);
    return text;
  };
}

/** The flags as commander wants them. */
export function options(): Option[] {
  return flags.map(({ names, description, fallback, shown, read, readItems }) => {
    const option = new Option(names, description);
    const variable = `COLLOQUY_${option.name().toUpperCase().replaceAll('-', '_')}`;
    if (!option.isBoolean() || !isOff(process.env[variable])) option.env(variable);
    if (fallback !== undefined) option.default(fallback, shown);
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
