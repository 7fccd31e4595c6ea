/** What every store of completions promises, whatever database is behind it. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxIdLength, maxProjectLength } from '../src/config.ts';
import type { CompletionStore } from '../src/store/completions.ts';
import { record, type Sample } from './support/records.ts';

export interface OpenStore {
  store: CompletionStore;
  close(): Promise<void>;
}

const runs = { numRuns: 40 };
const ascending = { limit: 100, order: 'asc' } as const;

/** Keys and values as hostile as JSON allows: U+0000, lone surrogates, `__proto__`, quotes. */
const word = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', '\0', 'a\0b', '\ud800', '"', "'; --", '%', ''),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const hostile = fc.dictionary(word, word, { maxKeys: 4 });
/** Few words, so that completions share some pairs and not others. */
const alike = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'), { minKeys: 1 });
const metadata = fc.oneof(hostile, alike);
const samplesWith = (
  pairs: fc.Arbitrary<Record<string, string> | null>,
  minLength: number,
): fc.Arbitrary<Sample[]> =>
  fc
    .array(
      fc.record({
        created: fc.integer({ min: 1_700_000_000, max: 1_700_000_003 }),
        model: fc.constantFrom('m', 'n', 'M', "m' --"),
        metadata: pairs,
      }),
      { minLength, maxLength: 30 },
    )
    .map((list) => list.map((sample, index) => ({ ...sample, id: `id-${index}` })));
const samples = samplesWith(fc.option(metadata, { nil: null }), 0);
const second = fc.option(fc.integer({ min: 1_700_000_000, max: 1_700_000_004 }), { nil: undefined });
const order = fc.constantFrom('asc' as const, 'desc' as const);

/** Runs the suite against stores that `open` makes; each starts empty. */
export function describeStore(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name}`, () => {
    let opened: OpenStore;
    let store: CompletionStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    /** Checks a law against a store of its own for each run. */
    const law = <Values extends [unknown, ...unknown[]]>(
      arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
      check: (store: CompletionStore, ...values: Values) => Promise<void>,
    ): Promise<void> =>
      fc.assert(
        fc.asyncProperty(fc.tuple(...arbitraries), async (values) => {
          const fresh = await open();
          try {
            await check(fresh.store, ...(values as Values));
          } finally {
            await fresh.close();
          }
        }),
        runs,
      );

    it('keeps the longest names that an index can hold', async () => {
      // Of characters in no order, which cannot be compressed, with three bytes each.
      const name = (length: number): string =>
        Array.from({ length }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7919) % 20_000))).join('');
      const id = name(maxIdLength);
      const own = store.of(name(maxProjectLength));
      await own.insert(record({ id }));
      expect(await own.find(id)).toMatchObject({ id });
      expect(await own.remove(id)).toBe(true);
      expect(await own.find(id)).toBeUndefined();
    });

    const fill = async (target: CompletionStore, list: Sample[]): Promise<void> => {
      for (const sample of list) await target.insert(record(sample));
    };
    const inOrder = (list: Sample[], direction: 'asc' | 'desc'): string[] => {
      // The sort is stable, so what was stored first stays first within a second.
      const ids = list.toSorted((a, b) => a.created - b.created).map(({ id }) => id);
      return direction === 'asc' ? ids : ids.reverse();
    };
    const readAll = async (
      target: CompletionStore,
      query: Omit<Parameters<CompletionStore['list']>[0], 'after'>,
    ): Promise<string[]> => {
      const ids: string[] = [];
      for (let after: string | undefined; ; after = ids.at(-1)) {
        const page = await target.list({ ...query, after });
        ids.push(...page.data.map(({ id }) => id));
        expect(page.data.length).toBeLessThanOrEqual(query.limit);
        // A cursor that does not move would go round for ever, without a turn in which the test could time out.
        expect(new Set(ids).size).toBe(ids.length);
        if (!page.hasMore) return ids;
        expect(page.data).toHaveLength(query.limit);
      }
    };

    it('finds what was inserted, with the metadata of the request', async () => {
      const stored = record({ id: 'a', metadata: { user: '7' } }, 'Grüße \0 \ud83d\ude00 "');
      await store.insert(stored);
      expect(await store.find('a')).toEqual({ ...stored.completion, metadata: { user: '7' } });
      await store.insert(record({ id: 'b' }));
      expect((await store.find('b'))?.metadata).toBeNull();
      expect(await store.find('c')).toBeUndefined();
    });

    it('keeps any metadata as it is', () =>
      law([metadata, metadata], async (target, before, after) => {
        await target.insert(record({ id: 'a', metadata: before }));
        expect(JSON.stringify((await target.find('a'))?.metadata)).toBe(JSON.stringify(before));
        expect(JSON.stringify((await target.updateMetadata('a', after))?.metadata)).toBe(
          JSON.stringify(after),
        );
        expect(JSON.stringify((await target.find('a'))?.metadata)).toBe(JSON.stringify(after));
      }));

    it('pages of any limit and order put together are the whole, by time and then by insertion', () =>
      law([samples, fc.integer({ min: 1, max: 12 }), order], async (target, list, limit, direction) => {
        await fill(target, list);
        expect(await readAll(target, { limit, order: direction })).toEqual(inOrder(list, direction));
      }));

    it('a filter gives exactly what a naive filter gives, page by page', () =>
      law(
        [
          samplesWith(alike, 10),
          alike,
          fc.integer({ min: 1, max: 5 }),
          order,
          fc.option(fc.constantFrom('m', 'n', 'M'), { nil: undefined }),
          fc.tuple(second, second),
        ],
        async (target, list, filter, limit, direction, model, [createdAfter, createdBefore]) => {
          await fill(target, list);
          const wanted = Object.entries(filter);
          const matching = list.filter(
            (sample) =>
              (model === undefined || sample.model === model) &&
              sample.created >= (createdAfter ?? -Infinity) &&
              sample.created < (createdBefore ?? Infinity) &&
              wanted.every(([key, value]) => sample.metadata?.[key] === value),
          );
          const query = { limit, order: direction, metadata: wanted, model, createdAfter, createdBefore };
          expect(await readAll(target, query)).toEqual(inOrder(matching, direction));
        },
      ));

    it('any stored metadata, used as a filter, finds its completion', () =>
      law([samples], async (target, list) => {
        await fill(target, list);
        for (const { id, metadata } of list) {
          const found = await readAll(target, {
            limit: 100,
            order: 'asc',
            metadata: Object.entries(metadata ?? {}),
          });
          expect(found).toContain(id);
        }
      }));

    it('a filter follows an update: the old pairs match no more, the new ones do', async () => {
      await store.insert(record({ id: 'a', metadata: { team: 'red', user: '7' } }));
      await store.insert(record({ id: 'b', metadata: { team: 'red' } }));
      await store.updateMetadata('a', { team: 'blue' });
      const ids = async (...pairs: [string, string][]): Promise<string[]> =>
        (await store.list({ ...ascending, metadata: pairs })).data.map(({ id }) => id);
      expect(await ids(['team', 'red'])).toEqual(['b']);
      expect(await ids(['team', 'blue'])).toEqual(['a']);
      expect(await ids(['user', '7'])).toEqual([]);
      await store.updateMetadata('a', null);
      expect(await ids(['team', 'blue'])).toEqual([]);
      expect((await store.find('a'))?.metadata).toBeNull();
    });

    it('pairs that differ only in what databases drop or replace are different pairs', async () => {
      const odd = [
        'a',
        'a\0',
        'a\0b',
        'a\0c',
        '\ud800',
        '\udbff',
        '\udc00',
        '\ufffd',
        'é',
        'e\u0301',
        'A',
        'a ',
      ];
      for (const [index, value] of odd.entries()) {
        await store.insert(record({ id: `id-${index}`, metadata: { value, [value]: 'key' } }));
      }
      for (const [index, value] of odd.entries()) {
        for (const pair of [['value', value] as const, [value, 'key'] as const]) {
          const page = await store.list({ ...ascending, metadata: [pair] });
          expect(page.data.map(({ id }) => id)).toEqual([`id-${index}`]);
        }
      }
    });

    it('shows how a response came about, where that is known', async () => {
      const route = { upstream: 'ollama', attempts: 2, first_token_ms: 120, total_ms: 950 };
      await store.insert({ ...record({ id: 'a' }), route });
      await store.insert({ ...record({ id: 'b' }), route: null });
      expect(await store.find('a')).toMatchObject({ id: 'a', colloquy: route });
      expect(await store.find('b')).not.toHaveProperty('colloquy');
      expect(await store.updateMetadata('a', { k: 'v' })).toMatchObject({ colloquy: route });
      const { data } = await store.list(ascending);
      expect(data.map(({ colloquy }) => colloquy)).toEqual([route, undefined]);
    });

    it('projects see, change and refuse nothing of one another', async () => {
      const other = store.of('other');
      await store.insert(record({ id: 'a', metadata: { k: 'v' } }, 'ours'));
      await other.insert(record({ id: 'b', metadata: { k: 'v' } }));
      expect(await other.find('a')).toBeUndefined();
      expect(await other.messages('a', ascending)).toBeUndefined();
      expect(await other.updateMetadata('a', { k: 'w' })).toBeUndefined();
      expect(await other.remove('a')).toBe(false);
      for (const filter of [{}, { model: 'm' }, { metadata: [['k', 'v']] as const }]) {
        expect((await other.list({ ...ascending, ...filter })).data.map(({ id }) => id)).toEqual(['b']);
        expect((await store.list({ ...ascending, ...filter })).data.map(({ id }) => id)).toEqual(['a']);
      }
      await expect(other.list({ ...ascending, after: 'a' })).rejects.toMatchObject({ status: 404 });
      await other.insert(record({ id: 'a' }, 'theirs'));
      expect((await store.find('a'))?.choices[0]?.message.content).toBe('ours');
      expect(await other.remove('a')).toBe(true);
      await expect(store.of('third').list({ ...ascending, after: 'a' })).rejects.toMatchObject({
        status: 404,
      });
      await other.clear();
      expect((await other.list(ascending)).data).toEqual([]);
      expect((await store.list({ ...ascending, metadata: [['k', 'v']] })).data).toHaveLength(1);
      expect(store.of('other').of('default')).toBeInstanceOf(store.constructor);
      expect(() => store.of('a\0')).toThrow(TypeError);
    });

    it('updates and removes only what is there', async () => {
      expect(await store.updateMetadata('a', {})).toBeUndefined();
      expect(await store.remove('a')).toBe(false);
      await store.insert(record({ id: 'a', metadata: { k: 'v' } }));
      expect(await store.remove('a')).toBe(true);
      expect(await store.remove('a')).toBe(false);
      expect(await store.find('a')).toBeUndefined();
      expect(await store.messages('a', ascending)).toBeUndefined();
      expect((await store.list({ ...ascending, metadata: [['k', 'v']] })).data).toEqual([]);
    });

    it('refuses a second completion with the same id and keeps the first, also among concurrent inserts', async () => {
      const outcomes = await Promise.allSettled([
        store.insert(record({ id: 'a', metadata: { k: '1' } }, 'first')),
        store.insert(record({ id: 'b' })),
        store.insert(record({ id: 'a', metadata: { k: '2' } }, 'second')),
        store.insert(record({ id: 'c' })),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(outcomes[2]).toMatchObject({ reason: { status: 409 } });
      const found = await store.find('a');
      expect(found?.choices[0]?.message.content).toBe('first');
      expect(found?.metadata).toEqual({ k: '1' });
    });

    it('a record that cannot be stored fails alone', async () => {
      const outcomes = await Promise.allSettled([
        store.insert(record({ id: 'a' })),
        store.insert(record({ id: 'x', created: Number.NaN })),
        store.insert(record({ id: 'y\0' })),
        store.insert(record({ id: 'b' })),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
      expect((await store.list(ascending)).data.map(({ id }) => id)).toEqual(['a', 'b']);
    });

    it('stores many concurrent inserts in the order they were asked for', async () => {
      const ids = Array.from({ length: 450 }, (_, index) => `id-${index}`);
      await Promise.all(ids.map((id) => store.insert(record({ id }))));
      expect(await readAll(store, ascending)).toEqual(ids);
    });

    it('a deleted completion keeps its place as a cursor, so a list can be deleted while it is read', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `id-${index}`);
      for (const id of ids) await store.insert(record({ id }));
      const seen: string[] = [];
      for (let after: string | undefined, more = true; more;) {
        const page = await store.list({ after, limit: 4, order: 'desc' });
        for (const { id } of page.data) {
          seen.push(id);
          await store.remove(id);
        }
        after = page.data.at(-1)?.id;
        more = page.hasMore;
      }
      expect(seen).toEqual(ids.toReversed());
    });

    it('an unknown cursor is a 404 that names `after`', async () => {
      await store.insert(record({ id: 'a' }));
      for (const after of ['b', '', 'a\0', '\ud800', 'x'.repeat(10_000)]) {
        await expect(store.list({ ...ascending, after })).rejects.toMatchObject({
          status: 404,
          param: 'after',
        });
        await expect(store.messages('a', { ...ascending, after })).rejects.toMatchObject({
          status: 404,
          param: 'after',
        });
      }
    });

    it('text that no database can hold finds nothing and breaks nothing', async () => {
      await store.insert(record({ id: 'a' }));
      for (const odd of ['a\0', '\0', '\ud800', 'a\udc00']) {
        expect(await store.find(odd)).toBeUndefined();
        expect(await store.remove(odd)).toBe(false);
        expect(await store.updateMetadata(odd, {})).toBeUndefined();
        expect(await store.messages(odd, ascending)).toBeUndefined();
        expect(await store.list({ ...ascending, model: odd })).toEqual({ data: [], hasMore: false });
      }
    });

    it('gives each message of the request an id, and parts apart from text', async () => {
      const parts = [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ];
      const call = { role: 'assistant', content: null, tool_calls: [{ id: 't', type: 'function' }] };
      await store.insert(
        record({ id: 'a' }, 'x', [
          { role: 'system', content: 'Be brief', name: 'ann' },
          { role: 'user', content: parts },
          call,
        ]),
      );
      expect((await store.messages('a', ascending))?.data).toEqual([
        { id: 'a-0', role: 'system', content: 'Be brief', name: 'ann', content_parts: null },
        { id: 'a-1', role: 'user', content: null, name: null, content_parts: parts },
        { ...call, id: 'a-2', name: null, content_parts: null },
      ]);
    });

    it('pages of messages put together are all of them', () =>
      law(
        [fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 6 }), order],
        async (target, count, limit, direction) => {
          await target.insert(
            record(
              { id: 'a' },
              'x',
              Array.from({ length: count }, (_, n) => ({ role: 'user', content: `${n}` })),
            ),
          );
          const contents: unknown[] = [];
          for (let after: string | undefined, more = true; more;) {
            const page = await target.messages('a', { after, limit, order: direction });
            contents.push(...(page?.data ?? []).map(({ content }) => content));
            after = page?.data.at(-1)?.id;
            more = page?.hasMore ?? false;
          }
          const all = Array.from({ length: count }, (_, n) => `${n}`);
          expect(contents).toEqual(direction === 'asc' ? all : all.reverse());
        },
      ));
  });
}
