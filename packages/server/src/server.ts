/** Runs an app behind a socket, with its database and its models. */
import { createApp } from './app.ts';
import { openCassette, type CassetteOption } from './cassette/open.ts';
import { asksForKey, isLoopback, serverDefaults, type ServerConfig } from './config.ts';
import type { Fixtures } from './fixtures/fixtures.ts';
import { Journal } from './http/journal.ts';
import { listenWith } from './http/listening.ts';
import { readPageFiles } from './http/page-files.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { Models } from './models/routing.ts';
import { Upstreams, type UpstreamsSettings } from './models/upstreams.ts';
import { checkSandboxSettings } from './sandbox/asks.ts';
import { sandboxModels } from './sandbox/models.ts';
import { loadTokenizer } from './sandbox/tokens.ts';
import { CompletionStore } from './store/completions.ts';
import { openDatabase } from './store/database.ts';

type App = ReturnType<typeof createApp>;

export interface ServerOptions extends Partial<ServerConfig> {
  /** Default: the sandbox under every name. With `upstreams`, only under the names that they map to it. */
  models?: Models | undefined;
  /** Servers to forward requests to, as in `colloquy.yaml`. */
  upstreams?: Omit<UpstreamsSettings, 'hasKeys'> | undefined;
  /** Replies to chat completions. See `AppParts`. */
  fixtures?: Fixtures | undefined;
  /**
   * Recorded responses, used instead of `models` for requests without a fixture. A string is the name of a file to
   * replay. A cassette that you opened yourself stays open when the server closes.
   */
  cassette?: CassetteOption | undefined;
}

export interface RunningServer {
  /** The base URL for clients. It ends in `/v1`. */
  url: string;
  port: number;
  /** The URL of the page that shows the stored completions. */
  pageURL: string;
  /**
   * Stops accepting connections, waits up to `graceMs` for responses in flight, and closes the database. Further calls
   * return the same promise.
   */
  close(): Promise<void>;
}

/**
 * Starts a server, and resolves once it accepts requests. By default, it stores completions in `colloquy.db` and listens
 * on 127.0.0.1:8787. Port 0 selects any free port.
 *
 * Rejects with a `SettingError`, a `CassetteError`, the error of the socket (`code` is `EADDRINUSE` if the port is in
 * use), or a `DatabaseError`. The database is opened last, so a server that cannot listen creates no file.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { models: given, upstreams: behind, fixtures, cassette: tape, ...settings } = options;
  const config = { ...serverDefaults, ...settings };
  const upstreams = behind && new Upstreams({ ...behind, hasKeys: asksForKey(config) });
  const models = given ?? sandboxModels(config, upstreams?.sandboxNames);
  checkSandboxSettings(config);
  const cassette = tape === undefined ? undefined : await openCassette(tape, config);
  const stopping = new AbortController();

  // Requests that arrive while the database is being opened wait for the app, but for the question whether the process lives.
  let opened!: (app: App) => void;
  const opening = new Promise<App>((resolve) => (opened = resolve));
  let respond: App['fetch'] = async (request, env) =>
    isLiveProbe(request) ? Response.json({ status: 'ok' }) : (await opening).fetch(request, env);
  const listening = await listenWith((request, env) => respond(request, env), config.host, config.port);
  const db = await openDatabase(config.db).catch(async (error: unknown) => {
    await listening.close(0);
    throw error;
  });
  const store = new CompletionStore(db);
  const app = createApp({
    store,
    journal: config.control ? new Journal() : undefined,
    metrics: config.metrics ? await createMetrics() : undefined,
    control: config.control ? { forgets: config.db === ':memory:' } : undefined,
    page: readPageFiles(),
    models,
    upstreams,
    fixtures,
    cassette,
    config: { ...config, allowedHosts: allowedHosts(config) },
    stopping: stopping.signal,
  });
  respond = app.fetch;
  opened(app);
  // So that the first response need not wait for it. If loading fails, that response reports the error.
  if (given === undefined && !upstreams && !cassette) loadTokenizer().catch(() => {});
  const { url, port } = listening;
  const end = async (): Promise<void> => {
    await listening.close(config.graceMs);
    if (cassette !== tape) await cassette?.close();
    await upstreams?.close();
    await db.destroy();
  };
  let closing: Promise<void> | undefined;
  return {
    url,
    port,
    pageURL: new URL('/', url).href,
    close() {
      stopping.abort();
      return (closing ??= end());
    },
  };
}

/** Another server may be bringing the tables up to date, which can take minutes. */
function isLiveProbe({ method, url }: Request): boolean {
  return method === 'GET' && /^\w+:\/\/[^/]+(?:\/v1)?\/health\/live$/.test(url);
}

/** Only a server that this machine alone can reach, and that asks for no key, is worth attacking by name. */
function allowedHosts(config: ServerConfig): readonly string[] | undefined {
  return config.allowedHosts ?? (!asksForKey(config) && isLoopback(config.host) ? [] : undefined);
}
