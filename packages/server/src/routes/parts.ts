/** The objects that routes use. Routes have no state of their own. */
import type { Context } from 'hono';
import type { Cassette } from '../cassette/cassette.ts';
import type { AppConfig } from '../config.ts';
import type { Fixtures } from '../fixtures/fixtures.ts';
import type { ApiError } from '../http/errors.ts';
import type { Journal } from '../http/journal.ts';
import type { ModelLists } from '../models/model-lists.ts';
import type { Models } from '../models/routing.ts';
import type { Upstreams } from '../models/upstreams.ts';
import type { SandboxAsks } from '../sandbox/asks.ts';
import type { Store } from '../store/completions.ts';

/** What `/sandbox/reset` does besides. */
export interface Control {
  /** Removes stored completions: they are kept only for tests. */
  forgets: boolean;
}

export interface Parts {
  /** Responds to requests that run a model and that no fixture is for, in place of the models. */
  cassette: Cassette | undefined;
  /** The project of the key of the request. */
  project: string;
  /** The stored completions of that project. */
  store: Store;
  models: Models;
  /** The servers behind this one. Undefined for a server that has none. */
  upstreams: Upstreams | undefined;
  /** The models that they list. */
  lists: ModelLists | undefined;
  config: AppConfig;
  fixtures: Fixtures;
  asks: SandboxAsks;
  journal: Journal | undefined;
  control: Control | undefined;
  /** Aborts when the server begins to close: responses that would never end do so then. */
  stopping: AbortSignal | undefined;
  /** The error as the caller may see it; what they may not see is logged with the request's id. */
  fail(thrown: unknown, c: Context): ApiError;
}
