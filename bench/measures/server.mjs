import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCallers } from '../lib/callers.mjs';
import { postgres } from '../lib/postgres.mjs';

/** Words that are one token and five characters each, so that every server cuts the text in the same places. */
const words = [' word', ' time', ' data', ' code', ' text', ' line', ' page', ' list', ' call', ' test'];
const pieces = Array.from({ length: 200 }, (_, at) => words[at % words.length]);
const text = pieces.join('');

const pageLength = 20;
const body = (more) =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Say something long.' }], ...more });

const create = { callers: 64, requests: 500, body: body() };
const stored = { ...create, body: body({ store: true, metadata: { suite: 'bench', run: 'a' } }) };
const streamed = { callers: 64, requests: 200, body: body({ stream: true }) };
const list = { callers: 64, requests: 500, method: 'GET', path: `/chat/completions?limit=${pageLength}` };

const floor = { name: 'F6', client: 'node-http' };
const ours = { name: 'colloquy-server', client: 'colloquy-server' };
const aimock = { name: 'aimock', client: 'aimock' };

/** Ours with a file of SQLite, and with PostgreSQL where that is installed. */
const stores = (folder, db) => [
  { ...ours, name: `${ours.name}, SQLite`, params: { folder } },
  ...(db ? [{ ...ours, name: `${ours.name}, PostgreSQL`, params: { db } }] : []),
];

/** 500 callers, each with one stream after the other: as fast as they are read, and at the pace of a model. */
const crowd = ({ quick }, load, name, tokensPerSecond) => ({
  name,
  task: 'server',
  params: {
    load,
    per: 'chunks',
    pieces,
    pageLength,
    tokensPerSecond,
    asked: { ...streamed, requests: undefined, callers: 500, seconds: quick ? 10 : 60 },
  },
  expect: { value: text },
  contenders: [floor, ours, aimock],
  targets: ['p99', 'laterP99'].map((p99) => ({
    text: `p99 to the first chunk${p99 === 'p99' ? '' : ', after 5 s,'} <= 300 ms`,
    of: (get) => get(ours.name).samples[0].seen[p99],
    most: 300,
  })),
  settings: { rounds: 1, samples: 1, warm: -1, patience: 200_000 },
});

const perUnit = (digits) => (value) => (Number.isFinite(value) ? value.toFixed(digits) : '-');

export default {
  title: 'The server',
  about:
    `CPU of the server for one request, or for one chunk of a stream. Completions have the same text of ${pieces.length} tokens, in as many ` +
    'chunks. 64 callers send 500 requests, or 200 for streams. Callers and PostgreSQL run in other processes. The list is a page of ' +
    '20 of 1,000 completions.',
  floor: 'F6',
  columns: [
    ['CPU µs', ({ cpu }) => perUnit(1)(cpu * 1_000)],
    'floor',
    ['requests/s', ({ seen, wall }) => perUnit(0)((seen.requests / wall) * 1_000)],
    ['first bytes p50 ms', ({ seen }) => perUnit(0)(seen.p50)],
    ['p99 ms', ({ seen }) => perUnit(0)(seen.p99)],
    ['p99 after 5 s', ({ seen }) => perUnit(0)(seen.laterP99)],
    ['longest stall ms', ({ seen }) => perUnit(0)(seen.stall)],
  ],
  notes: [],
  async before() {
    const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'));
    const [load, database] = await Promise.all([startCallers(), postgres()]);
    if (!database) this.notes.push('PostgreSQL is not installed.');
    return {
      load: load.url,
      folder,
      written: await database?.createDatabase(),
      read: await database?.createDatabase(),
      async stop() {
        load.stop();
        await database?.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  cases(settings, { load, folder, written, read }) {
    const common = { load, pieces, pageLength, per: 'requests' };
    const work = (name, asked, contenders, more) => ({
      name,
      task: 'server',
      params: { ...common, asked, ...more },
      expect: { value: asked === list ? pageLength : text },
      contenders,
      settings: { patience: 60_000 },
    });
    const fill = { ...stored, requests: 1_000 };
    return [
      work('create', create, [floor, ours, aimock]),
      work('create and store', stored, [floor, ...stores(folder, written)]),
      work('stream, for each chunk', streamed, [floor, ours, aimock], { per: 'chunks' }),
      work('list', list, [floor, ...stores(folder, read)], { fill }),
      crowd(settings, load, '500 streams at once, for each chunk'),
      crowd(settings, load, '500 streams at once of 20 tokens a second, for each chunk', 20),
    ];
  },
};
