// A server in a process of its own, for what must not share the contender's: completions, and paced streams by the
// headers of the address. Told by IPC which port it got.
import { createServer } from 'node:http';
import { answer, completion, payloads, sentence } from './feed.mjs';

const { chunks, interval } = JSON.parse(process.argv[2]);
const reply = Buffer.from(JSON.stringify(completion({ content: sentence })));
const description = { kind: 'text', chunks };
const data = [...payloads(answer(description), description), '[DONE]'].map((payload) =>
  Buffer.from(`data: ${payload}\n\n`),
);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let body = '';
  request.on('data', (bytes) => (body += bytes));
  request.on('end', () => {
    if (!JSON.parse(body).stream) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length });
      response.end(reply);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let next = 0;
    const timer = setInterval(() => {
      response.write(data[next++]);
      if (next < data.length) return;
      clearInterval(timer);
      response.end();
    }, interval);
  });
});
server.listen(0, '127.0.0.1', 4096, () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}/v1` }),
);
process.on('disconnect', () => process.exit());
