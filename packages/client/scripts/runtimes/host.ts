/**
 * An origin on loopback: it sends back the headers or the body it was sent, serves the pages of the browser, and takes
 * what they have to report.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
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
  const answers: Record<string, (request: IncomingMessage) => Promise<[type: string, body: string]>> = {
    'GET /program.js': async () => ['text/javascript; charset=utf-8', program],
    'GET /headers': async ({ headers }) => ['application/json', JSON.stringify(headers)],
    'POST /body': async (request) => ['application/json', await text(request)],
    async 'POST /report'(request) {
      deliver?.(await text(request));
      return ['text/plain', ''];
    },
  };
  for (const [path, page] of Object.entries(pages)) answers[`GET ${path}`] = async () => ['text/html', page];

  const server = createServer((request, response) => {
    const answer = answers[`${request.method} ${request.url}`];
    if (!answer) return void response.writeHead(404).end();
    void answer(request).then(([type, body]) => response.setHeader('content-type', type).end(body));
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
