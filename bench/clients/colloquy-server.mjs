// Our server in front of the upstream, as `--upstream` starts it. `stores` says whether completions are stored.
import { loaded } from '../lib/gateway.mjs';

export const tasks = {
  async gateway(_feed, params) {
    const { startServer } = await import('colloquy-server');
    const server = await startServer({
      port: 0,
      db: ':memory:',
      logRequests: false,
      upstreams: { upstreams: { bench: { baseURL: params.upstream, passKey: true } } },
    });
    return loaded(params, server.url);
  },
};
