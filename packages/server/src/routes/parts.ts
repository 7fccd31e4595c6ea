/** The objects that routes use. Routes have no state of their own. */
import type { Context } from 'hono';
import type { Cassette } from '../cassette/cassette.ts';
import { maxProjectLength, SettingError, type AppConfig } from '../config.ts';
import type { Fixtures } from '../fixtures/fixtures.ts';
import { defaultProject } from '../http/auth.ts';
import type { ApiError } from '../http/errors.ts';
import type { Journal } from '../http/journal.ts';
import type { ModelLists } from '../models/model-lists.ts';
import type { Models } from '../models/routing.ts';
import type { Upstreams } from '../models/upstreams.ts';
import { SandboxAsks } from '../sandbox/asks.ts';
import type { Store } from '../store/completions.ts';
import { isStorable } from '../store/rows.ts';

/** What `/sandbox/reset` does besides. */
export interface Control {
  /** Removes stored completions: they are kept only for tests. */
  forgets: boolean;
}

export interface Parts {
  /** Responds to requests that run a model and that no fixture is for, instead of the models. */
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

/**
 * What the routes work with for each project: nothing of what one project keeps or changes is in the parts of another, but
 * for a cassette: what it records is for all, and it counts for each project what it has replayed. A server
 * without projects has one set of fixtures, so that what its program adds is what `/sandbox/reset` removes. Throws a
 * `SettingError` for a project whose name cannot be stored.
 */
export function partsByProject(shared: Parts): (project: string) => Parts {
  checkProjects(shared.config);
  const made = new Map<string, Parts>();
  const make = (project: string): Parts => {
    const { store, fixtures, config } = shared;
    const own = { ...shared, project, store: store.of(project) };
    return config.keys.length === 0
      ? own
      : { ...own, fixtures: fixtures.of(project), asks: new SandboxAsks(config) };
  };
  return (project) => {
    const parts = made.get(project) ?? make(project);
    made.set(project, parts);
    return parts;
  };
}

function checkProjects({ keys }: AppConfig): void {
  const wrong = keys.find(
    ({ project = defaultProject }) =>
      project.trim() === '' || project.length > maxProjectLength || !isStorable(project),
  );
  if (!wrong) return;
  throw new SettingError(
    `The project of the key '${wrong.name}' must be text that can be stored, of 1 to ${maxProjectLength} characters.`,
  );
}
