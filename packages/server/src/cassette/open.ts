/** Opens a cassette from settings: a file, a mode, and the URL of an upstream. */
import { asksForKey, type Key } from '../config.ts';
import { Upstream } from '../models/upstream.ts';
import { Cassette, type CassetteOptions } from './cassette.ts';
import { CassetteError } from './recording.ts';

export interface CassetteSettings extends Omit<CassetteOptions, 'upstream'> {
  /** The base URL of the server to record, such as `https://api.openai.com/v1`. */
  upstream?: string | undefined;
  /** The key for the upstream. Default: the key of the caller. */
  upstreamKey?: string | undefined;
}

export interface ServerFacts {
  /** The keys of this server, which are not forwarded. */
  apiKeys?: readonly string[] | undefined;
  keys?: readonly Key[] | undefined;
  log?: ((line: string) => void) | undefined;
}

/** A string is the name of a file to replay. A cassette is one that you open and close yourself. */
export type CassetteOption = string | CassetteSettings | Cassette;

/** Rejects with a {@link CassetteError}. */
export async function openCassette(
  given: CassetteOption,
  { apiKeys = [], keys = [], log }: ServerFacts = {},
): Promise<Cassette> {
  if (given instanceof Cassette) return given;
  const { upstream, upstreamKey, ...settings } =
    typeof given === 'string' ? ({ file: given } as CassetteSettings) : given;
  const passesKey = !asksForKey({ apiKeys, keys });
  return Cassette.open({
    log,
    ...settings,
    upstream: upstream === undefined ? undefined : upstreamOf(upstream, upstreamKey, passesKey),
  });
}

function upstreamOf(baseURL: string, apiKey: string | undefined, passAuthorization: boolean): Upstream {
  try {
    return new Upstream({ baseURL, apiKey, passAuthorization });
  } catch {
    throw new CassetteError('The upstream must be an HTTP URL, such as https://api.openai.com/v1.');
  }
}
