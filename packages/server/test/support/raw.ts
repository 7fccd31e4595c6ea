/** Speaks to a port as bytes, for requests no HTTP client would send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Sends `text` and resolves with everything that comes back until the connection ends. */
export async function sendRaw(port: number, text: string | Uint8Array): Promise<string> {
  const socket = await openSocket(port);
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}
