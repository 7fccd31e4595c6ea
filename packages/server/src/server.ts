/** Listens: an app behind a socket, with its database and its models, until it is closed. */
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
  /** Defaults to one sandbox model that has every name; with `upstreams`, to those names that they give to the sandbox. */
  models?: Models | undefined;
  /** Servers that respond to requests for the models they have, as in `colloquy.yaml`. */
  upstreams?: Omit<UpstreamsSettings, 'hasKeys'> | undefined;
  /** Replies to chat completions. See `AppParts`. */
  fixtures?: Fixtures | undefined;
  /**
   * Responds to requests that run a model and that no fixture is for, in place of `models`. A text is the name of a file to
   * replay. One that you have opened yourself stays open when the server closes.
   */
  cassette?: CassetteOption | undefined;
}

export interface RunningServer {
  /** What to give a client as its base URL; ends in `/v1`. */
  url: string;
  port: number;
  /** Where a browser shows the stored completions. */
  pageURL: string;
  /**
   * Stops accepting connections, waits for the responses in flight, at most for `graceMs`, then closes the database.
   * Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Starts a server and resolves when it accepts requests. Without options it keeps its completions in
 * `colloquy.db` and listens on 127.0.0.1:8787; port 0 takes a free one.
 *
 * Rejects with a `SettingError`, a `CassetteError`, with the error of the socket (`code` is `EADDRINUSE` when the port is taken), or with a
 * `DatabaseError`. The database is opened last, so that a server that cannot listen leaves no file behind.
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
