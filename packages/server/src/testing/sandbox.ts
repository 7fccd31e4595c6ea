/** A sandbox for tests. It is in memory, opens a socket only on request, and can be reset. */
import { createApp } from '../app.ts';
import type { Cassette } from '../cassette/cassette.ts';
import type { CassetteOption } from '../cassette/open.ts';
import { appDefaults, type AppConfig } from '../config.ts';
import type { Fixture, Reply, When, WhenFunction } from '../fixtures/fixture.ts';
import { Fixtures } from '../fixtures/fixtures.ts';
import { Journal, type RecordedRequest } from '../http/journal.ts';
import type { Listening } from '../http/listening.ts';
import type { Models } from '../models/routing.ts';
import type { SandboxOptions as ModelOptions } from '../sandbox/model.ts';
import { sandboxModels } from '../sandbox/models.ts';
import { loadTokenizer } from '../sandbox/tokens.ts';
import { lazyStore } from '../store/lazy.ts';
import { asFetch } from './as-fetch.ts';

type Config = Pick<
  AppConfig,
  'apiKeys' | 'bodyLimit' | 'fault' | 'keepAliveMs' | 'log' | 'quirk' | 'rateLimit' | 'strictFixtures'
>;

export interface CreateSandboxOptions
  extends Partial<Config>, Pick<ModelOptions, 'now' | 'newId' | 'seed' | 'tokensPerSecond'> {
  /** Fixtures, or paths of fixture files and folders. `reset()` restores these. */
  fixtures?: string | readonly (string | Fixture)[] | undefined;
  /**
   * Recorded responses, used instead of the sandbox model for requests without a fixture. A string is the name of a file
   * to replay. A cassette that you opened yourself stays open when the sandbox closes.
   */
  cassette?: CassetteOption | undefined;
  /** Models of your own. Default: the sandbox model, under every name. */
  models?: Models | undefined;
}

export interface ListenOptions {
  /** Default: any free port. */
  port?: number | undefined;
  /** Default: `127.0.0.1`. */
  host?: string | undefined;
  /** Lets the process end while the sandbox listens. Default `false`. */
  unref?: boolean | undefined;
}

export interface Sandbox extends AsyncDisposable {
  /** Responds like a server, for any host name, without a network: `new OpenAI({ fetch: sandbox.fetch })`. */
  readonly fetch: typeof globalThis.fetch;
  /** The requests since the sandbox was created or reset, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /**
   * Starts a fixture: `sandbox.on({ lastUser: 'ping' }).reply('pong')`. With several replies, each matching request gets
   * the next one, and the last one is repeated. Fixtures from `on()` are tried in order, before those of the options.
   * Throws a `FixtureError`.
   */
  on(
    when: When | WhenFunction,
    options?: { times?: number | undefined },
  ): { reply(...replies: Reply[]): Sandbox };
  /** Listens on a socket and resolves with the base URL for clients. Calling it again resolves with the same. */
  listen(options?: ListenOptions): Promise<{ url: string; port: number }>;
  /**
   * Makes the sandbox new: no requests, stored completions or counted faults, the fixtures of the options, and the cassette
   * from its start. Requests
   * that are still running belong to the time before, and responses that would never end do so now.
   */
  reset(): void;
  /** Ends running responses and stops listening. The sandbox cannot be used any more. */
  close(): Promise<void>;
}

/** Resolves with a new sandbox. Rejects with a `SettingError`, `FixtureError` or `CassetteError` when an option cannot be used. */
export async function createSandbox({
  fixtures = [],
  cassette: tape,
  ...options
}: CreateSandboxOptions = {}): Promise<Sandbox> {
  const given = await loaded(typeof fixtures === 'string' ? [fixtures] : fixtures);
  const cassette = tape === undefined ? undefined : await opened(tape, options);
  return new InMemorySandbox(options, given, cassette, cassette !== tape);
}

/** The cassette of an option; its room is loaded for those who use it. */
async function opened(tape: CassetteOption, options: Partial<Config>): Promise<Cassette> {
  const { openCassette } = await import('../cassette/open.ts');
  return openCassette(tape, options);
}

/** The fixtures in the order in which they were given, those of files in their place. */
async function loaded(given: readonly (string | Fixture)[]): Promise<Fixture[]> {
  if (given.every((item) => typeof item !== 'string')) return given as Fixture[];
  const { loadFixtures } = await import('../fixtures/files.ts');
  const lists = given.map((item) => (typeof item === 'string' ? loadFixtures(item) : [item]));
  return (await Promise.all(lists)).flat();
}

type Env = object;
type Responding = (request: Request, env: Env) => Response | Promise<Response>;

/** What `reset()` replaces. */
interface Life {
  respond: Responding;
  fixtures: Fixtures;
  journal: Journal;
  end(): Promise<void>;
}

class InMemorySandbox implements Sandbox {
  readonly fetch: typeof globalThis.fetch;
  readonly #start: () => Life;
  /** The one to close. */
  readonly #cassette: Cassette | undefined;
  #life: Life;
  #listening: Promise<Listening> | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    { models: given, ...options }: Omit<CreateSandboxOptions, 'fixtures' | 'cassette'>,
    fixtures: readonly Fixture[],
    cassette: Cassette | undefined,
    isOwner: boolean,
  ) {
    const models = given ?? sandboxModels(options);
    const config: Partial<AppConfig> = {
      ...options,
      seed: options.seed ?? appDefaults.seed,
      logRequests: false,
    };
    this.#start = () => startLife(models, config, fixtures, cassette);
    this.#cassette = isOwner ? cassette : undefined;
    this.#life = this.#start();
    this.fetch = asFetch((request, connection) => this.#respond(request, connection));
    // So that the first response need not wait for it. If loading fails, that response reports the error.
    if (given === undefined && !cassette) loadTokenizer().catch(() => {});
  }

  get requests(): readonly RecordedRequest[] {
    return this.#life.journal.requests;
  }

  on(
    when: When | WhenFunction,
    options?: { times?: number | undefined },
  ): { reply(...replies: Reply[]): Sandbox } {
    this.#throwIfClosed();
    const adding = this.#life.fixtures.on(when, options);
    return {
      reply: (...replies) => {
        adding.reply(...replies);
        return this;
      },
    };
  }

  async listen({ port = 0, host = '127.0.0.1', unref = false }: ListenOptions = {}): Promise<{
    url: string;
    port: number;
  }> {
    this.#throwIfClosed();
    this.#listening ??= import('../http/listening.ts').then(({ listenWith }) =>
      listenWith((request, env) => this.#respond(request, env), host, port),
    );
    try {
      const { url, port: taken, unref: letGo } = await this.#listening;
      if (unref) letGo();
      return { url, port: taken };
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  reset(): void {
    this.#throwIfClosed();
    void this.#life.end();
    this.#life = this.#start();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #respond(request: Request, env: Env): Promise<Response> {
    this.#throwIfClosed();
    return this.#life.respond(request, env);
  }

  async #close(): Promise<void> {
    const ended = this.#life.end();
    await (await this.#listening?.catch(() => undefined))?.close(0);
    await ended;
    await this.#cassette?.close();
  }

  #throwIfClosed(): void {
    if (this.#closing) throw new Error('The sandbox is closed.');
  }
}

function startLife(
  models: Models,
  config: Partial<AppConfig>,
  given: readonly Fixture[],
  cassette: Cassette | undefined,
): Life {
  cassette?.reset();
  const store = lazyStore();
  const fixtures = new Fixtures(given);
  const journal = new Journal();
  const stopping = new AbortController();
  const app = createApp({ store, models, cassette, config, fixtures, journal, stopping: stopping.signal });
  return {
    respond: app.fetch,
    fixtures,
    journal,
    end() {
      stopping.abort();
      return store.destroy();
    },
  };
}
