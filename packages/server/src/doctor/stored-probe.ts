/** Stores two completions, finds, changes and deletes them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';
import { at, textOf } from './look.ts';
import type { Run } from './run.ts';

const path = '/chat/completions';
const messages = [{ role: 'user', content: 'Say hello in three words.' }];

/** What each response of the probe is to. The first is that to the request that stores. */
export const storedSteps = [
  'create',
  'retrieve',
  'list',
  'nextPage',
  'descending',
  'update',
  'messages',
  'badCursor',
  'remove',
  'gone',
] as const;

export async function storedProbe(run: Run): Promise<Exchange[]> {
  const create = (): Promise<Exchange> =>
    run.send({ path, body: run.bodyOf({ messages, store: true, metadata: { colloquy_doctor: run.id } }) });
  const first = await create();
  const id = run.noteStored(first);
  if (id === '') return [first];
  const other = run.noteStored(await create());
  const one = `${path}/${encodeURIComponent(id)}`;
  const retrieved = await patiently(() => run.send({ path: one }));
  const all = `${path}?metadata[colloquy_doctor]=${run.id}`;
  const list = await run.send({ path: `${all}&limit=1&order=asc` });
  const after = encodeURIComponent(textOf(at(list.json, 'last_id')) || id);
  const results = [
    first,
    retrieved,
    list,
    await run.send({ path: `${all}&limit=1&order=asc&after=${after}` }),
    await run.send({ path: `${all}&order=desc` }),
    await run.send({ path: one, body: { metadata: { colloquy_doctor: run.id, changed: 'yes' } } }),
    await run.send({ path: `${one}/messages` }),
    await run.send({ path: `${all}&after=no-such-id` }),
    await run.send({ method: 'DELETE', path: one }),
    await run.send({ path: one }),
  ];
  if (results.at(-1)?.status === 404) run.noteDeleted(id);
  if (other) await run.cleanUp();
  return results;
}

/** Some servers find a completion only a moment after they have stored it. */
async function patiently(ask: () => Promise<Exchange>): Promise<Exchange> {
  let response = await ask();
  for (let attempt = 0; attempt < 3 && response.status === 404; attempt++) {
    await sleep(500);
    response = await ask();
  }
  return response;
}
