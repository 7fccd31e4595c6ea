/**
 * An origin on loopback: it sends back the headers or the body it was sent, streams without end and tells how many
 * listen, serves the pages of the browser, and takes what they have to report.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const html = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><script type="module">${script}</script>`;

const pages: Record<string, string> = {
  '/page': html('import "/program.js"'),
  '/worker': html('new Worker("/program.js" + location.hash, { type: "module" })'),
};

export interface Host {
  origin: string;
  /** What the next page, or worker of a page, reports. */
  report(): Promise<string>;
  close(): void;
}

/** `program` is the script that the pages run; it reads its config from the address. */
export async function startHost(program: string): Promise<Host> {
  let deliver: ((report: string) => void) | undefined;
  const listeners = new Set<ServerResponse>();
  const answers: Record<string, (request: IncomingMessage) => Promise<[type: string, body: string]>> = {
    'GET /program.js': async () => ['text/javascript; charset=utf-8', program],
    'GET /headers': async ({ headers }) => ['application/json', JSON.stringify(headers)],
    'POST /body': async (request) => ['application/json', await text(request)],
    'GET /listeners': async () => ['application/json', JSON.stringify({ count: listeners.size })],
    async 'POST /report'(request) {
      deliver?.(await text(request));
      return ['text/plain', ''];
    },
  };
  for (const [path, page] of Object.entries(pages)) answers[`GET ${path}`] = async () => ['text/html', page];

  const server = createServer((request, response) => {
    if (request.url === '/endless/chat/completions') return streamTo(response, listeners);
    const answer = answers[`${request.method} ${request.url}`];
    if (!answer) return void response.writeHead(404).end();
    answer(request)
      .then(([type, body]) => response.setHeader('content-type', type).end(body))
      .catch(() => response.destroy());
  });
  return {
    origin: await listen(server),
    report: () =>
      new Promise((resolve) => {
        deliver = resolve;
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The same chunk for as long as somebody reads, who is among `listeners` for that time. A character of it is cut. */
function streamTo(response: ServerResponse, listeners: Set<ServerResponse>): void {
  const choices = [{ index: 0, delta: { content: 'on 🧵 and ' }, finish_reason: null }];
  const chunk = { id: '1', object: 'chat.completion.chunk', created: 0, model: 'endless', choices };
  const bytes = Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
  const cut = bytes.indexOf('🧵') + 2;
  let next = [bytes.subarray(0, cut), bytes.subarray(cut)];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  listeners.add(response);
  const timer = setInterval(() => {
    response.write(next[0]);
    next = next.reverse();
  }, 5);
  response.once('close', () => {
    clearInterval(timer);
    listeners.delete(response);
  });
}

/** An origin where nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer();
  const origin = await listen(server);
  await once(server.close(), 'close');
  return origin;
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
