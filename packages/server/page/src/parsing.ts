/** Markdown to trees, one text after the other, in a worker that is stopped when a text takes too long. */
import type { Tree } from './elements.ts';
import workerURL from './markdown-worker.ts?worker&url';

/** In milliseconds. What takes longer is shown as it is. */
const patience = 1_000;

const maxKept = 200;

/** By text; undefined for a text that cannot be parsed in time. */
const kept = new Map<string, Promise<Tree[] | undefined>>();
let latest: Promise<unknown> = Promise.resolve();
let worker: Worker | undefined;

export function parsed(text: string): Promise<Tree[] | undefined> {
  let trees = kept.get(text);
  if (!trees) {
    trees = latest.then(() => parsedNow(text));
    latest = trees;
    kept.set(text, trees);
    if (kept.size > maxKept) kept.delete(kept.keys().next().value!);
  }
  return trees;
}

function parsedNow(text: string): Promise<Tree[] | undefined> {
  const used = (worker ??= newWorker());
  const done = new AbortController();
  const { signal } = done;
  return new Promise<Tree[] | undefined>((resolve) => {
    const stop = (): void => {
      used.terminate();
      worker = undefined;
      resolve(undefined);
    };
    const timer = setTimeout(stop, patience);
    signal.addEventListener('abort', () => clearTimeout(timer));
    used.addEventListener('error', stop, { signal });
    used.addEventListener('message', ({ data }: MessageEvent<Tree[] | undefined>) => resolve(data), {
      signal,
    });
    used.postMessage(text, {});
  }).finally(() => done.abort());
}

interface Policies {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}

/** The only policy of the page, which trusts this one address. */
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('worker', {
  createScriptURL: () => workerURL,
});

function newWorker(): Worker {
  return new Worker(policy?.createScriptURL('') ?? workerURL, { type: 'module' });
}
