/** A sandbox for the tests of a file. It listens while they run, and is reset after each test. */
import type { RecordedRequest } from '../http/journal.ts';
import { setVariables } from './environment.ts';
import { findHooks, type Hooks } from './hooks.ts';
import { createSandbox, type CreateSandboxOptions, type Sandbox } from './sandbox.ts';

export interface UseSandboxOptions extends CreateSandboxOptions {
  /** The hooks of the test runner. Default: those of Vitest, Jest, Bun, Mocha or `node:test`, whichever runs the file. */
  hooks?: Hooks | undefined;
}

export interface UsedSandbox extends Pick<Sandbox, 'fetch' | 'on' | 'requests'> {
  /** The base URL, which is also in `OPENAI_BASE_URL`. */
  readonly url: string;
  /**
   * Resolves when the sandbox listens and the variables are set. Tests need not wait for it. A setup file should, so
   * that modules that create a client on import find the variables.
   */
  readonly ready: Promise<void>;
}

/**
 * Starts a sandbox and registers hooks. `OPENAI_BASE_URL` and `OPENAI_API_KEY` point to it from the first to the last
 * test of the file, or of the `describe` block, and are then restored. The sandbox is reset after each test.
 */
export function useSandbox({ hooks, ...options }: UseSandboxOptions = {}): UsedSandbox {
  const { beforeAll, afterEach, afterAll } = hooks ?? findHooks();
  const used = new Used(options);
  beforeAll(() => used.begin());
  afterEach(() => used.reset());
  afterAll(() => used.end());
  return used;
}

interface Started {
  sandbox: Sandbox;
  url: string;
  variables: ReturnType<typeof setVariables>;
}

class Used implements UsedSandbox {
  readonly ready: Promise<void>;
  readonly fetch: typeof globalThis.fetch;
  #started: Started | undefined;

  constructor(options: CreateSandboxOptions) {
    this.ready = this.#start(options);
    // The first hook reports it.
    this.ready.catch(() => {});
    this.fetch = (input, init) => this.#running.sandbox.fetch(input, init);
  }

  get url(): string {
    return this.#running.url;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#running.sandbox.requests;
  }

  on: Sandbox['on'] = (when, options) => this.#running.sandbox.on(when, options);

  async begin(): Promise<void> {
    await this.ready;
    this.#running.variables.renew();
  }

  reset(): void {
    this.#running.sandbox.reset();
  }

  async end(): Promise<void> {
    await this.ready.catch(() => {});
    this.#started?.variables.release();
    await this.#started?.sandbox.close();
  }

  async #start(options: CreateSandboxOptions): Promise<void> {
    const sandbox = await createSandbox(options);
    const { url } = await sandbox.listen({ unref: true });
    const variables = setVariables({
      OPENAI_BASE_URL: url,
      OPENAI_API_KEY: options.apiKeys?.[0] ?? 'sk-sandbox',
    });
    this.#started = { sandbox, url, variables };
  }

  get #running(): Started {
    if (this.#started) return this.#started;
    throw new Error('The sandbox is not ready. Use it in tests and hooks, or await `sandbox.ready` before.');
  }
}
