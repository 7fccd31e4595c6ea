// Callers in a process of their own, so that their CPU is not the server's. The process of a server asks by HTTP for what is
// to be sent, and gets what was received.
import { createServer, Agent, request } from 'node:http';
import { quantile } from './statistics.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
const data = Buffer.from('data: {');

/** Sends one request. Resolves with the number of chunks, the milliseconds to the first one, and the body if it is wanted. */
function call({ url, method = 'POST', path = '/chat/completions', headers, body }, wantsBody) {
  return new Promise((resolve, reject) => {
    const sent = performance.now();
    const outgoing = request(
      url + path,
      { method, agent, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const parts = [];
        let chunks = 0;
        let first;
        response.on('data', (part) => {
          first ??= performance.now() - sent;
          for (let at = part.indexOf(data); at >= 0; at = part.indexOf(data, at + data.length)) chunks++;
          if (wantsBody) parts.push(part);
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ chunks, first, body: Buffer.concat(parts) });
          else reject(new Error(`status ${response.statusCode}`));
        });
      },
    );
    outgoing.on('error', (error) => {
      // The server closed a connection that was idle, at the moment at which it was used again.
      const again = outgoing.reusedSocket && error.code === 'ECONNRESET' && !outgoing.res;
      if (again) call({ url, method, path, headers, body }, wantsBody).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(body);
  });
}

/** The text of a completion, of the chunks of one, or how many items a list has. */
function said(body) {
  const text = body.toString();
  if (text.startsWith('{')) {
    const { data, choices } = JSON.parse(text);
    return data ? data.length : choices[0].message.content;
  }
  const chunks = text.split('\n').filter((line) => line.startsWith('data: {'));
  return chunks.map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '').join('');
}

/** Milliseconds after which callers that begin together no longer do. */
const settled = 5_000;

/** So many callers at once, each with one request after the other: `requests` in all, or for `seconds`. */
async function load({ callers, requests = Infinity, seconds, ...asked }) {
  const begins = performance.now();
  const ends = seconds === undefined ? Infinity : begins + seconds * 1_000;
  const firsts = [];
  const later = [];
  let begun = 0;
  let chunks = 0;
  let value;
  const caller = async () => {
    while (begun < requests && performance.now() < ends) {
      const isFirst = begun++ === 0;
      const isLater = performance.now() - begins > settled;
      const done = await call(asked, isFirst);
      if (isFirst) value = said(done.body);
      chunks += done.chunks;
      firsts.push(done.first);
      if (isLater) later.push(done.first);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return {
    requests: firsts.length,
    chunks,
    value,
    p50: quantile(firsts, 0.5),
    p99: quantile(firsts, 0.99),
    laterP99: quantile(later, 0.99),
  };
}

const server = createServer((incoming, outgoing) => {
  let body = '';
  incoming.on('data', (bytes) => (body += bytes));
  incoming.on('end', async () => {
    const result = await load(JSON.parse(body)).catch((error) => ({ error: String(error) }));
    outgoing.end(JSON.stringify(result));
  });
});
// A minute of load is one request to it.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
