/** From a route to a socket that is ready for a request: TCP, TLS, and the way through a proxy. */

import { ClientRequest } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { connect as connectTCP, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTLS } from 'node:tls';
import { proxyAuthorization } from './proxy.ts';

type Pem = string | Uint8Array | (string | Uint8Array)[];

/** What `node:tls` is given beside the address. */
export interface TLSOptions {
  /** Certificate authorities to trust in place of the built-in ones; `NODE_EXTRA_CA_CERTS` adds to those. */
  ca?: Pem | undefined;
  /** The client's certificate and key, for servers that ask for one. */
  cert?: Pem | undefined;
  /** The private key of `cert`. */
  key?: Pem | undefined;
  /** Certificate and key in one PKCS#12 archive, in place of `cert` and `key`. */
  pfx?: string | Uint8Array | undefined;
  /** Decrypts `key` or `pfx`. */
  passphrase?: string | undefined;
  /** The name the server's certificate must have. Default: the host of the URL. */
  servername?: string | undefined;
  /** `false` accepts any certificate, so anybody in between can read along. */
  rejectUnauthorized?: boolean | undefined;
  /** The oldest TLS version to accept. Default: Node's. */
  minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** Cipher suites to offer, as OpenSSL lists them. Default: Node's. */
  ciphers?: string | undefined;
}

/** Where a socket leads. Requests for the same place share sockets. */
export interface Route {
  url: URL;
  proxy: URL | undefined;
  tls: TLSOptions | undefined;
  connectTimeoutMs: number;
  /** The last TLS session of this place, to be resumed. */
  session?: Buffer | undefined;
}

type Done = (error: Error | undefined, socket?: Socket) => void;

/** Without an error it stands. */
type Stood = (error: Error | undefined) => void;

/** A request over a socket that is chosen already. */
export interface SocketRequestOptions extends ClientRequestArgs {
  agent: NonNullable<ClientRequestArgs['agent']>;
  socket?: Socket;
}

/** For `agent`: all that `ClientRequest` asks of one is to give it a socket. */
export const givenSocket = {
  keepAlive: true,
  addRequest(request: ClientRequest, { socket }: { socket: Socket }): void {
    request.onSocket(socket);
  },
} as unknown as SocketRequestOptions['agent'];

/**
 * Opens a socket, through the proxy of the route if it has one; calls `done` once. The timeout is for all of it. Options
 * that cannot be used fail like everything else.
 */
export function connect(route: Route, done: Done): void {
  const { url, proxy, tls, connectTimeoutMs } = route;
  let socket: Socket | undefined;
  let over = false;
  const end = (error: Error | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    if (!error) return done(undefined, socket);
    socket?.destroy();
    done(error);
  };
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      end(error as Error);
    }
  };
  const timer = setTimeout(() => {
    const error = new Error(`connecting to ${(proxy ?? url).host} timed out after ${connectTimeoutMs} ms`);
    end(Object.assign(error, { code: 'ETIMEDOUT' }));
  }, connectTimeoutMs);

  const secure = url.protocol === 'https:';
  attempt(() => {
    if (!proxy) socket = secure ? encrypt(url, tls, end, route) : open(url, end);
    else {
      const reached: Stood = (error) => {
        if (error || !secure) end(error);
        else tunnel(socket!, url, proxy, passed);
      };
      const passed: Stood = (error) => {
        if (error) end(error);
        else attempt(() => (socket = encrypt(url, tls, end, route, socket)));
      };
      const known = tls && { ca: tls.ca };
      socket = proxy.protocol === 'https:' ? encrypt(proxy, known, reached) : open(proxy, reached);
    }
  });
}

function open(url: URL, done: Done): Socket {
  return watch(connectTCP({ ...address(url), noDelay: true, keepAlive: true }), 'connect', done);
}

/** TLS over `socket`, or over a connection of its own; resumes the session of `route`. */
function encrypt(url: URL, tls: TLSOptions | undefined, done: Done, route?: Route, socket?: Socket): Socket {
  const { host, port } = address(url);
  const secured = connectTLS({
    ...(tls as object),
    servername: tls?.servername ?? (isIP(host) ? '' : host),
    ...(route?.session && { session: route.session }),
    ALPNProtocols: ['http/1.1'],
    // With a socket it is only what the certificate must be for.
    host,
    port,
    ...(socket && { socket }),
  });
  secured.on('session', (session) => {
    if (route) route.session = session;
  });
  secured.setNoDelay(true).setKeepAlive(true);
  return watch(secured, 'secureConnect', done);
}

/** Asks the proxy at the other end of `socket` to pass on what comes next. */
function tunnel(socket: Socket, url: URL, proxy: URL, done: Done): void {
  const { host, port } = address(url);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const headers = ['host', target, ...proxyAuthorization(proxy)];
  const options: SocketRequestOptions = {
    agent: givenSocket,
    socket,
    method: 'CONNECT',
    path: target,
    headers,
  };
  const request = new ClientRequest(options);
  request.on('error', done);
  request.on('connect', ({ statusCode, statusMessage }, _, head: Buffer) => {
    if (statusCode! >= 200 && statusCode! < 300) {
      if (head.length) socket.unshift(head);
      done(undefined);
    } else
      done(new Error(`proxy ${proxy.host} answered ${statusCode} ${statusMessage} to CONNECT ${target}`));
  });
  request.end();
}

function watch(socket: Socket, ready: 'connect' | 'secureConnect', done: Done): Socket {
  // The listener stays: errors of a socket that waits for its next request end in 'close'.
  return socket
    .on('error', done)
    .on('close', () => done(new Error('the connection was closed before it was ready')))
    .once(ready, () => done(undefined));
}

function address({ protocol, hostname, port }: URL): { host: string; port: number } {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
