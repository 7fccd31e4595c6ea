/** The layers of both packages. An import may point to a room further down the list, or stay in its own. */

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { arrows, cycles, imports, nameOf, roomOf, sources, upward } from './support/import-graph.ts';

interface Package {
  root: string;
  /** From the top down. A file in `src` itself is a room of its own name. */
  layers: string[][];
  /** Room -> the rooms and files it may import, for those beside the stack. */
  beside: Record<string, string[]>;
  /** Files that any room may import. */
  everywhere: string[];
  /** Room -> its files from the top down, where a walk leads through several; the other files are parts below them. */
  orders: Record<string, string[]>;
  /** Type-only imports that point up in a room, or close a cycle, and why they must. */
  typesUp: Record<string, string>;
}

const packages = fileURLToPath(new URL('../../', import.meta.url));

const client: Package = {
  root: `${packages}client/src`,
  layers: [
    ['entries', 'cjs-root'],
    ['azure'],
    ['client', 'core', 'absent-names'],
    ['resources'],
    ['tools'],
    ['streaming'],
    ['structured'],
    ['http'],
    ['stream'],
    ['errors', 'log'],
    ['quirks'],
    ['wire'],
    ['types', 'version'],
  ],
  beside: {
    helpers: ['helpers', 'structured', 'types', 'errors/openai-error.ts'],
    otel: ['otel', 'wire', 'version', 'http/observer.ts', 'http/platform.ts'],
    check: ['check', 'resources/absent-table.ts', 'version'],
  },
  everywhere: [],
  orders: {
    resources: ['absent', 'chat', 'completions', 'core-completions'],
    tools: ['streaming-runner', 'runner', 'runnable', 'loop', 'call'],
    streaming: ['chat-completion-stream', 'reply', 'choice-events', 'text-chunks', 'chunks', 'accumulate'],
    http: ['base-client', 'page', 'api-promise', 'response', 'stream-response', 'read-body', 'send'],
    stream: ['relay', 'stream', 'items', 'body-reader'],
    quirks: ['chunk', 'tool-names'],
  },
  typesUp: {
    'tools/runnable.ts -> tools/runner.ts': 'A tool is called with the run that calls it.',
    'tools/runnable.ts -> tools/streaming-runner.ts': 'A tool is called with the run that calls it.',
    'http/options.ts -> http/observer.ts':
      'An observer is an option, and is called with the options of a request.',
    'http/options.ts -> http/usage.ts': '`usage` is an option, and an observer is made of it.',
    'http/api-client.ts -> http/api-promise.ts': 'A client makes promises, which hold their client.',
    'http/api-client.ts -> http/page.ts': 'A client makes pages, which ask their client for the next one.',
    'http/api-promise.ts -> http/page.ts': 'Awaiting a promise of a page adds no request id to its type.',
  },
};

const server: Package = {
  root: `${packages}server/src`,
  layers: [
    ['cli'],
    ['commands'],
    ['flags', 'index', 'testing'],
    ['server'],
    ['app', 'doctor'],
    ['metrics', 'routes'],
    ['gateway'],
    ['completion', 'neighbours'],
    ['fixtures'],
    ['validation'],
    ['sandbox'],
    ['cassette'],
    ['models'],
    ['store'],
    ['http'],
    ['config-file'],
    ['config', 'slices', 'yaml', 'spelling'],
  ],
  beside: {},
  everywhere: ['http/errors.ts'],
  orders: {
    completion: ['validate', 'only-api', 'rules', 'tools', 'messages'],
    sandbox: [
      'models',
      'model',
      'text-completion',
      'chunks',
      'deltas',
      'plan',
      'calls',
      'structured',
      'reply',
      'results',
      'instance-of',
      'schema',
    ],
  },
  typesUp: {},
};

describe.each([
  ['client', client],
  ['server', server],
])('the %s', (_name, { root, layers, beside, everywhere, orders, typesUp }) => {
  const files = sources(root);
  const graph = arrows(root);
  const depth = (room: string): number => layers.findIndex((rooms) => rooms.includes(room));

  test('has no file outside the rooms listed here', () => {
    const strangers = files.filter((file) => depth(roomOf(file)) < 0 && !beside[roomOf(file)]);
    expect(strangers).toEqual([]);
  });

  test('imports downwards only', () => {
    const wrong = graph.filter(({ from, to }) => {
      const [above, below] = [roomOf(from), roomOf(to)];
      if (everywhere.includes(to) || above === below) return false;
      const allowed = beside[above];
      if (allowed) return !allowed.includes(below) && !allowed.includes(to);
      if (beside[below]) return above !== 'entries';
      return depth(below) <= depth(above);
    });
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('imports downwards only inside a room as well', () => {
    expect(upward(graph, orders).filter((arrow) => !typesUp[arrow])).toEqual([]);
  });

  test('has every file that an order names', () => {
    const named = Object.entries(orders).flatMap(([room, names]) => names.map((name) => `${room}/${name}`));
    const isThere = (name: string): boolean =>
      files.some((file) => file === `${name}.ts` || file.startsWith(`${name}/`));
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });

  test('has no cycle of imports at run time', () => {
    expect(cycles(graph.filter(({ isType }) => !isType))).toEqual([]);
  });

  test('has no cycle of types either, but for the imports listed with a reason', () => {
    expect(cycles(graph.filter((arrow) => !typesUp[nameOf(arrow)]))).toEqual([]);
  });

  test.each(Object.keys(typesUp))('needs the import %s', (name) => {
    const listed = graph.find((arrow) => nameOf(arrow) === name);
    expect(listed?.isType).toBe(true);
    const others = graph.filter((arrow) => arrow === listed || !typesUp[nameOf(arrow)]);
    expect([...cycles(others), ...upward(others, orders)]).toContain(name);
  });

  test('names every relative import with its extension', () => {
    const bare = files.flatMap((file) =>
      imports(root, file).filter(
        ({ target }) => target.startsWith('.') && !/\.(ts|json|html|css)$/.test(target),
      ),
    );
    expect(bare).toEqual([]);
  });
});

test('the client imports nothing but itself, except zod, Node and OpenTelemetry in the rooms for them', () => {
  const foreign = sources(client.root).flatMap((file) =>
    imports(client.root, file)
      .map(({ target }) => target)
      .filter((target) => !target.startsWith('.'))
      .filter((target) => !(roomOf(file) === 'helpers' && /^zod(\/|$)/.test(target)))
      .filter((target) => !(/^(node|check)$/.test(roomOf(file)) && target.startsWith('node:')))
      .filter((target) => !(roomOf(file) === 'otel' && target === '@opentelemetry/api'))
      .map((target) => `${file} -> ${target}`),
  );
  expect(foreign).toEqual([]);
});

test('the server imports no openai: it speaks through our own client', () => {
  const foreign = sources(server.root).filter((file) =>
    imports(server.root, file).some(({ target }) => /^openai(\/|$)/.test(target)),
  );
  expect(foreign).toEqual([]);
});

describe('the checks themselves', () => {
  const arrow = (from: string, to: string) => ({ from: `r/${from}.ts`, to: `r/${to}.ts`, isType: false });

  test('a cycle is found, and nothing that only leads to it or away from it', () => {
    const chain = [arrow('a', 'b'), arrow('b', 'c'), arrow('c', 'd')];
    expect(cycles(chain)).toEqual([]);
    expect(cycles([...chain, arrow('c', 'b')])).toEqual(['r/b.ts -> r/c.ts', 'r/c.ts -> r/b.ts']);
    expect(cycles([arrow('a', 'a')])).toEqual(['r/a.ts -> r/a.ts']);
  });

  test('in the order of a room, files it leaves out are at the bottom', () => {
    const order = { r: ['top', 'folder'] };
    const down = [
      arrow('top', 'folder/x'),
      arrow('folder/x', 'folder/y'),
      arrow('folder/y', 'part'),
      arrow('part', 'other'),
    ];
    expect(upward(down, order)).toEqual([]);
    const up = [arrow('folder/x', 'top'), arrow('part', 'folder/x'), arrow('part', 'top')];
    expect(upward(up, order)).toEqual(up.map(nameOf));
  });
});
