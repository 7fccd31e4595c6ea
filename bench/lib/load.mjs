// Callers in a process of their own: requests many streams at once and reports what it received, so that their CPU is not the
// server's. A server in front of it asks by HTTP, with the address and the number of streams.
import { createServer, Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

function stream({ url, headers, body }) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/chat/completions`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => (text += part));
        response.on('error', reject);
        response.on('end', () =>
          resolve(text.split('\n').filter((line) => line.startsWith('data: {')).length),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const server = createServer((incoming, outgoing) => {
  let body = '';
  incoming.on('data', (bytes) => (body += bytes));
  incoming.on('end', async () => {
    const { streams, ...call } = JSON.parse(body);
    const counts = await Promise.all(
      Array.from({ length: streams }, () => stream(call).catch((error) => String(error))),
    );
    const wrong = counts.find((count) => typeof count === 'string');
    outgoing.end(
      JSON.stringify(wrong ? { error: wrong } : { chunks: counts.reduce((sum, count) => sum + count, 0) }),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
