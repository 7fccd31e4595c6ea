/** A store in memory that is made when it is first used: most tests store nothing, and the database driver loads slowly. */
import type { Store } from './completions.ts';

export interface LazyStore extends Store {
  /** Forgets what was stored. Every other method rejects from then on. */
  destroy(): Promise<void>;
}

interface Opened {
  store: Store;
  destroy(): Promise<void>;
}

async function open(): Promise<Opened> {
  // One after the other: Jest's loader fails when two imports that share a module run at the same time.
  const { CompletionStore } = await import('./completions.ts');
  const { openDatabase } = await import('./database.ts');
  const db = await openDatabase(':memory:');
  return { store: new CompletionStore(db), destroy: () => db.destroy() };
}

export function lazyStore(): LazyStore {
  let opening: Promise<Opened> | undefined;
  let destroyed = false;
  async function opened(): Promise<Store> {
    if (destroyed) throw new Error('The store is closed.');
    return (await (opening ??= open())).store;
  }
  return {
    ...storeIn(opened),
    // What was never opened is ready, and empty.
    ready: async () => (await opening)?.store.ready(),
    clear: async () => (await opening)?.store.clear(),
    async destroy() {
      destroyed = true;
      await (await opening)?.destroy();
    },
  };
}

/** A store that is whatever `store` resolves with. */
function storeIn(store: () => Promise<Store>): Store {
  return {
    of: (project) => storeIn(async () => (await store()).of(project)),
    ready: async () => (await store()).ready(),
    insert: async (record) => (await store()).insert(record),
    find: async (id) => (await store()).find(id),
    list: async (query) => (await store()).list(query),
    updateMetadata: async (id, metadata) => (await store()).updateMetadata(id, metadata),
    remove: async (id) => (await store()).remove(id),
    clear: async () => (await store()).clear(),
    messages: async (id, query) => (await store()).messages(id, query),
  };
}
