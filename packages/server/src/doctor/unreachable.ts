/** Why a server could not be reached, and what to do about it. */
import type { Exchange, Target } from './exchange.ts';
import { DoctorError } from './run.ts';

/** What to do, by the code of the error of the connection. `{host}` stands for the host and port of the URL. */
const advice: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^ECONNREFUSED$/, 'Nothing listens at {host}. Start the server, or check the port.'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'There is no address for {host}. Check its spelling, and the network.'],
  [
    /^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    'No connection to {host} could be made. Check the host, the port and firewalls.',
  ],
  [
    /CERT|ALTNAME|UNABLE_TO_/,
    'The certificate of {host} is not trusted. Put the file of its authority into NODE_EXTRA_CA_CERTS.',
  ],
  [/^(?:EPROTO|ERR_SSL_)/, '{host} does not speak TLS. Try http:// in place of https://.'],
  [/^(?:HPE_|HTTPParserError)/, 'What listens at {host} does not speak HTTP. Check the port.'],
  [
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    '{host} closed the connection. Check the port. A server with TLS needs https://.',
  ],
];

const otherwise = 'Check the URL. It usually ends in /v1.';

/** The error that ends a run whose first request got no response. */
export function unreachable({ failure, code }: Exchange, { baseURL }: Pick<Target, 'baseURL'>): DoctorError {
  if (failure === 'timeout') return new DoctorError(`The server does not respond in time.\n${otherwise}`);
  const [, todo = otherwise] = advice.find(([codes]) => codes.test(code ?? '')) ?? [];
  const reason = code === undefined ? '' : ` (${code})`;
  return new DoctorError(
    `The server cannot be reached${reason}.\n${todo.replace('{host}', new URL(baseURL).host)}`,
  );
}
