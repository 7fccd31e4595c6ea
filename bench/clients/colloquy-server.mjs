// Our server: with the sandbox, and in front of an upstream, as `--upstream` starts it. Requests are not logged.
import { join } from 'node:path';
import { called } from '../lib/callers.mjs';
import { loaded } from '../lib/gateway.mjs';
import { served } from '../lib/served.mjs';

const { Fixtures, startServer } = await import('colloquy-server');
const common = { port: 0, db: ':memory:', logRequests: false };

/** Whether it has no completions: a database of PostgreSQL outlives this process. */
async function isEmpty(url) {
  const response = await fetch(`${url}/chat/completions?limit=1`);
  return (await response.json()).data.length === 0;
}

export const tasks = {
  async server(_feed, params) {
    const { pieces, tokensPerSecond, db, folder, load, fill } = params;
    const reply = { text: pieces.join(''), pace: { tokensPerSecond } };
    const server = await startServer({
      ...common,
      db: db ?? (folder ? join(folder, `${process.pid}.db`) : common.db),
      fixtures: new Fixtures([{ when: {}, reply }]),
    });
    if (fill && (await isEmpty(server.url))) await called(load, { url: server.url, ...fill });
    return served(params, server.url);
  },

  async gateway(_feed, params) {
    const server = await startServer({
      ...common,
      upstreams: { upstreams: { bench: { baseURL: params.upstream, passKey: true } } },
    });
    return loaded(params, server.url);
  },
};
