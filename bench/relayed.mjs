// Which responses a server in between passes on unchanged: `node bench/relayed.mjs`, after a run of the bench has installed the peers.
// The upstream is the sandbox, with the wire of each server that it knows. A recorder in front of it keeps what it has sent.
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { LLMock } from '@copilotkit/aimock';
import { tsImport } from 'tsx/esm/api';

const source = (file) => tsImport(`../packages/server/src/${file}`, import.meta.url);
const { startServer } = await source('index.ts');
const { quirkNames } = await source('sandbox/quirks.ts');

const chat = (more) => ({ model: 'm', messages: [{ role: 'user', content: 'Say hello.' }], ...more });
const tool = {
  type: 'function',
  function: { name: 'get_time', parameters: { type: 'object', properties: {} } },
};
const calls = { tools: [tool], tool_choice: { type: 'function', function: { name: 'get_time' } } };
const cases = {
  'a streamed text': { body: chat({ stream: true, stream_options: { include_usage: true } }) },
  'a streamed call': { body: chat({ stream: true, ...calls }) },
  'a text': { body: chat() },
  'a refused request': { body: chat(), fault: 'status=429' },
  'a stream that is cut off': { body: chat({ stream: true }), fault: 'reset-after=3' },
};

const common = { port: 0, db: ':memory:', logRequests: false, graceMs: 0 };
const sandbox = await startServer(common);

/** The headers of the next request to the sandbox, and what it was sent in response. */
const asked = { headers: {}, sent: undefined };
const recorder = createServer((incoming, outgoing) => {
  const headers = { ...incoming.headers, ...asked.headers };
  const upstream = request(sandbox.url + incoming.url.replace(/^\/v1/, ''), { method: 'POST', headers });
  upstream.on('response', (response) => {
    outgoing.writeHead(response.statusCode, response.headers);
    asked.sent = read(response, (part) => outgoing.write(part));
    asked.sent.then(({ isCut }) => (isCut ? outgoing.destroy() : outgoing.end()));
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}).listen(0, '127.0.0.1');
await once(recorder, 'listening');
const recorderURL = `http://127.0.0.1:${recorder.address().port}`;

async function read(response, onPart = () => {}) {
  const parts = [];
  response.on('data', (part) => {
    parts.push(part);
    onPart(part);
  });
  const isCut = await new Promise((resolve) => {
    response.on('end', () => resolve(false)).on('error', () => resolve(true));
  });
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    bytes: Buffer.concat(parts),
    isCut,
  };
}

function call(url, body) {
  const headers = { 'content-type': 'application/json' };
  const outgoing = request(`${url}/chat/completions`, { method: 'POST', headers, agent: false });
  outgoing.end(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    outgoing.on('response', (response) => resolve(read(response)));
    outgoing.on('error', reject);
  });
}

const ours = await startServer({
  ...common,
  upstreams: { upstreams: { sandbox: { baseURL: `${recorderURL}/v1` } } },
});
const mock = new LLMock({ port: 0 });
mock.enableRecording({ providers: { openai: recorderURL }, proxyOnly: true });
await mock.start();
const servers = { 'colloquy-server': ours.url, aimock: `${mock.url}/v1` };

const quirks = ['', ...quirkNames];
const differences = [];
const rows = [];
for (const [name, { body, fault }] of Object.entries(cases)) {
  const row = { case: name };
  for (const [server, url] of Object.entries(servers)) {
    let same = 0;
    for (const quirk of quirks) {
      asked.headers = {
        ...(quirk && { 'x-sandbox-quirk': quirk }),
        ...(fault && { 'x-sandbox-fault': fault }),
      };
      asked.sent = undefined;
      const got = await call(url, body).catch((error) => ({ error: error.message }));
      const sent = await asked.sent;
      if (sent?.status !== (fault === 'status=429' ? 429 : 200)) throw new Error(`${name}: ${sent?.status}`);
      const differs = ['status', 'type', 'isCut'].find((key) => got[key] !== sent[key]);
      const isSame = !differs && got.bytes.equals(sent.bytes);
      if (isSame) same++;
      else
        differences.push(
          `${server}, ${name}, ${quirk || 'no quirk'}: ${got.error ?? (differs ? `${differs} ${got[differs]}` : 'bytes')}`,
        );
    }
    row[server] = `${same} of ${quirks.length}`;
  }
  rows.push(row);
}
console.table(rows);
console.log(differences.join('\n'));
process.exit();
