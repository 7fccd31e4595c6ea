// F5: a node:http server that passes a request on and the response back, and parses every event beside it: no limits of time,
// no errors, no other line ends, nothing kept.
import { createServer, Agent, request } from 'node:http';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { loaded } from '../lib/gateway.mjs';

function tapped(response) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let text = '';
  response.on('data', (bytes) => {
    rest += decoder.write(bytes);
    let at = 0;
    for (let end; (end = rest.indexOf('\n', at)) >= 0; at = end + 1) {
      const line = rest.slice(at, end);
      if (line.startsWith('data: {')) text += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '';
    }
    rest = rest.slice(at);
  });
  return () => text;
}

export const tasks = {
  async gateway(_feed, params) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
    const server = createServer((incoming, outgoing) => {
      const { host: _, connection: __, ...headers } = incoming.headers;
      const upstream = request(
        params.upstream + incoming.url.replace('/v1', ''),
        { method: incoming.method, headers, agent },
        (response) => {
          outgoing.writeHead(response.statusCode, response.headers);
          tapped(response);
          response.pipe(outgoing);
        },
      );
      incoming.pipe(upstream);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return loaded(params, `http://127.0.0.1:${server.address().port}/v1`);
  },
};
