/** Listens: an app behind a socket, with its database and its models, until it is closed. */
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { isLoopback, serverDefaults, type ServerConfig } from './config.ts';
import type { Fixtures } from './fixtures/fixtures.ts';
import { closer } from './http/closing.ts';
import { refusal, refuseInWords } from './http/refusals.ts';
import { Models } from './models/routing.ts';
import { checkSandboxSettings } from './sandbox/asks.ts';
import { sandboxModel } from './sandbox/model.ts';
import { loadTokenizer } from './sandbox/tokens.ts';
import { CompletionStore } from './store/completions.ts';
import { openDatabase } from './store/database.ts';

type App = ReturnType<typeof createApp>;

export interface ServerOptions extends Partial<ServerConfig> {
  /** Defaults to one sandbox model that answers to every name. */
  models?: Models | undefined;
  /** Replies to chat completions. See `AppParts`. */
  fixtures?: Fixtures | undefined;
}

export interface RunningServer {
  /** What to give a client as its base URL; ends in `/v1`. */
  url: string;
  port: number;
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
 * Rejects with a `SettingError`, with the error of the socket (`code` is `EADDRINUSE` when the port is taken), or with a
 * `DatabaseError`. The database is opened last, so that a server that cannot listen leaves no file behind.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { models: given, fixtures, ...settings } = options;
  const config = { ...serverDefaults, ...settings };
  const models = given ?? sandboxModels(config);
  checkSandboxSettings(config);
  const stopping = new AbortController();

  // Requests that arrive while the database is being opened wait for the app.
  let opened!: (app: App) => void;
  const opening = new Promise<App>((resolve) => (opened = resolve));
  let respond: App['fetch'] = async (request, env) => (await opening).fetch(request, env);
  // The adapter would replace the global Request and Response with its own, for speed. A library must not do that.
  const listener = getRequestListener((request, env) => respond(request, env), {
    overrideGlobalObjects: false,
    errorHandler: refusal,
  });
  // Without its check, a missing host is refused by the adapter, and in words.
  const server = createServer({ requireHostHeader: false }, listener);
  refuseInWords(server);
  const closeServer = closer(server);
  await listen(server, config.port, config.host);
  const db = await openDatabase(config.db).catch(async (error: unknown) => {
    await closeServer(0);
    throw error;
  });
  const app = createApp({
    store: new CompletionStore(db),
    models,
    fixtures,
    config: { ...config, allowedHosts: allowedHosts(config) },
    stopping: stopping.signal,
  });
  respond = app.fetch;
  opened(app);
  // So that the first response need not wait for it. If loading fails, that response reports the error.
  if (given === undefined) loadTokenizer().catch(() => {});
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}/v1`,
    port,
    close() {
      stopping.abort();
      return (closing ??= closeServer(config.graceMs).then(() => db.destroy()));
    },
  };
}

/** One sandbox model under its own name, which is listed, and under every other. */
function sandboxModels({ seed, tokensPerSecond }: ServerConfig): Models {
  const model = sandboxModel({ seed, tokensPerSecond });
  return new Models([
    { name: model.id, model },
    { name: '*', model },
  ]);
}

/** Only a server that this machine alone can reach, and that asks for no key, is worth attacking by name. */
function allowedHosts({ allowedHosts: given, apiKeys, host }: ServerConfig): readonly string[] | undefined {
  return given ?? (apiKeys.length === 0 && isLoopback(host) ? [] : undefined);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
