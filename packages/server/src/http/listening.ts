/** Puts a function from `Request` to `Response` behind a socket. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { closer } from './closing.ts';
import { sourceOf, writeDirectly } from './direct.ts';
import { refusal, refuseInWords } from './refusals.ts';

export interface Listening {
  /** The base URL for a client; ends in `/v1`. */
  url: string;
  port: number;
  /** Waits at most `graceMs` milliseconds for the responses in flight. */
  close(graceMs: number): Promise<void>;
  /** Lets the process end while the server listens. */
  unref(): void;
}

type Respond = (request: Request, env: object) => Response | Promise<Response>;

/** Resolves when connections are accepted. Rejects with the error of the socket, such as `EADDRINUSE`. */
export async function listenWith(respond: Respond, host: string, wantedPort: number): Promise<Listening> {
  // The adapter would replace the global Request and Response with its own, for speed. A library must not do that.
  const listener = getRequestListener(direct(respond), {
    overrideGlobalObjects: false,
    errorHandler: refusal,
  });
  // Without its check, a missing host is refused by the adapter, and in words.
  const server = createServer({ requireHostHeader: false }, listener);
  refuseInWords(server);
  const close = closer(server);
  await listen(server, wantedPort, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${hostOf(host)}:${port}/v1`,
    port,
    close,
    unref: () => void server.unref(),
  };
}

/** An address as URLs have it, which cannot name the zone of one. */
function hostOf(address: string): string {
  return address.includes(':') ? `[${address.replace(/%.*/, '')}]` : address;
}

/** Tells the adapter that nothing is left to do. It only reads the headers. */
const alreadySent = new Response(null, { headers: { 'x-hono-already-sent': 'true' } });

/** Writes bodies itself where that is cheaper than what the adapter does. */
function direct(respond: Respond): Respond {
  return async (request, env) => {
    const response = await respond(request, env);
    const source = response.body && sourceOf(response.body);
    const { outgoing } = env as { outgoing?: ServerResponse };
    if (!source || !outgoing) return response;
    await writeDirectly(response, source, outgoing);
    return alreadySent;
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
