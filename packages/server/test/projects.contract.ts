/** Whatever route a request takes, it neither reads nor changes another project. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../src/http/auth.ts';
import { completionBody } from './support/app.ts';
import { base, keys, plain, projectApp, type ProjectApp } from './support/projects.ts';

const secret = 'the plans of the red team';

/** `database` resolves with the name of an empty database. */
export function describeProjects(name: string, database: () => Promise<string>): void {
  describe(name, () => {
    describe('every route', () => {
      let id: string;
      let app: ProjectApp;
      beforeAll(async () => {
        app = await projectApp({}, await database());
        id = await app.store(keys.red, secret);
        await app.store(keys.red, secret);
      });
      afterAll(() => app.db.destroy());
      const ask: ProjectApp['ask'] = (...given) => app.ask(...given);
      const said: ProjectApp['said'] = (...given) => app.said(...given);

      /** A valid body for each route that takes one. */
      const bodies: Record<string, object> = {
        'POST /chat/completions': completionBody({ store: true, metadata: { team: 'any' } }),
        'POST /chat/completions/:id': { metadata: { team: 'blue' } },
        'POST /completions': { model: 'test-model', prompt: 'Hi' },
        'POST /embeddings': { model: 'test-model', input: 'Hi' },
        'POST /moderations': { model: 'test-model', input: 'Hi' },
        'POST /sandbox/fixtures': { when: {}, reply: 'Said by another project' },
        'POST /sandbox/reset': {},
      };

      /** Queries with which a route is called besides. `ID` stands for a completion of the other project. */
      const queries: Record<string, string[]> = {
        'GET /chat/completions': [
          '?after=ID',
          '?after=ID&order=desc',
          '?metadata[team]=any',
          '?model=test-model&metadata[team]=any',
          `?metadata[note]=${encodeURIComponent(secret)}`,
          '?created_after=0',
        ],
        'GET /chat/completions/:id/messages': ['?after=ID-0'],
      };

      const everything = async (key: string): Promise<string> => {
        const list = await ask(key, 'GET', `${base}?limit=100`);
        const messages = await ask(key, 'GET', `${base}/${id}/messages`);
        return `${list.text}${messages.text}${await said(key, 'Hi')}`;
      };

      it('neither shows nor changes anything of another project', async () => {
        const before = await everything(keys.red);
        expect(before.split(secret).length - 1).toBe(3);
        const routes = app.app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'));
        const names = new Set(
          routes.map(({ method, path }) => `${method} ${path.replace(/^\/v1(?=\/)/, '')}`),
        );
        expect(names).toContain('GET /chat/completions/:id');
        expect(names).toContain('POST /sandbox/reset');
        expect(names.size).toBeGreaterThanOrEqual(19);
        for (const name of names) {
          const [method = '', path = ''] = name.split(' ');
          const body = bodies[name];
          if (method === 'POST') expect(body, `a body for ${name}`).toBeDefined();
          for (const query of ['', ...(queries[name] ?? [])]) {
            const target = path.replace(/:id(\{.*\})?/, id) + query.replace('ID', id);
            const response = await ask(keys.blue, method, target, body);
            expect(response.text, `${method} ${target}`).not.toContain(secret);
            if (path.startsWith('/chat/completions/:id') || query.includes('ID'))
              expect(response, `${method} ${target}`).toMatchObject({ status: 404 });
            // The other project reads what it read before, whatever this request did.
            expect(await everything(keys.red), `after ${method} ${target}`).toBe(before);
          }
        }
      });

      it('counts the turns of fixtures and faults for each project by itself', async () => {
        const { red, blue } = keys;
        await ask(red, 'POST', '/sandbox/reset', {});
        await ask(blue, 'POST', '/sandbox/reset', {});
        const counted = [];
        for (const key of [red, blue, red]) counted.push(await said(key, 'count'));
        expect(counted).toEqual(['one', 'one', 'two']);
        const sameFault = { 'x-sandbox-fault-id': 'one' };
        const failed = [];
        for (const key of [red, blue, red, blue]) failed.push(await said(key, 'fail', sameFault));
        expect(failed).toEqual([503, 503, 'fine', 'fine']);
        await ask(blue, 'POST', '/sandbox/reset', {});
        expect([await said(red, 'count'), await said(blue, 'count')]).toEqual(['three', 'one']);
        expect([await said(red, 'fail', sameFault), await said(blue, 'fail', sameFault)]).toEqual([
          'fine',
          503,
        ]);
      });

      it('an id of another project is as unknown as one that never was', async () => {
        const unknown = 'chatcmpl-never';
        for (const [method, path] of [
          ['GET', `${base}/ID`],
          ['POST', `${base}/ID`],
          ['DELETE', `${base}/ID`],
          ['GET', `${base}/ID/messages`],
          ['GET', `${base}?after=ID`],
        ] as const) {
          const body = method === 'POST' ? { metadata: null } : undefined;
          const [theirs, never] = [id, unknown].map((one) =>
            ask(keys.blue, method, path.replace('ID', one), body).then(({ status, text }) => ({
              status,
              text: text.replaceAll(one, 'ID'),
            })),
          );
          expect(await theirs).toEqual(await never);
        }
      });

      it('keys without a project open the project of everybody without one', async () => {
        expect((await ask(plain, 'GET', `${base}/${id}`)).status).toBe(404);
        const own = await app.store(plain, 'mine');
        expect((await ask(plain, 'GET', `${base}/${own}`)).status).toBe(200);
        for (const key of Object.values(keys))
          expect((await ask(key, 'GET', `${base}/${own}`)).status).toBe(404);
      });

      it('refuses keys that are not quite right', async () => {
        for (const wrong of [keys.red.slice(0, -1), `${keys.red}0`, hashOf(keys.red), 'sha256:', 'x'])
          expect((await ask(wrong, 'GET', base)).status).toBe(401);
      });
    });
  });
}
