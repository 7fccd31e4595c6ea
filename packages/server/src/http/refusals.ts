/**
 * Responds to requests that never become a `Request`: bytes that Node's parser refuses, and requests that its adapter
 * cannot convert. The responses look like those of the app.
 */
import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError, internalError, invalidRequest } from './errors.ts';
import { newRequestId, setAnswerHeaders } from './telemetry.ts';

/** What Node's parser says, by the code of its error; every other code is a 400. */
const parserRefusals: Record<string, () => ApiError> = {
  HPE_HEADER_OVERFLOW: () => new ApiError(431, 'The URL and the headers of your request are too long.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new ApiError(413, 'The chunk extensions of your request are too long.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new ApiError(408, 'Your request did not arrive in time.'),
};

/** The response to a request that could not be put into a `Request`; what is not the caller's fault is a 500. */
export function refusal(thrown: unknown): Response {
  const isUnreadable = thrown instanceof Error && thrown.name === 'RequestError';
  const error = isUnreadable
    ? invalidRequest(null, `We could not read your request: ${thrown.message.toLowerCase()}.`)
    : internalError(thrown);
  return Response.json(error.toJSON(), { status: error.status, headers: answerHeaders() });
}

/** Replaces Node's own responses to requests that it cannot parse, which have no body. */
export function refuseInWords(server: Server): void {
  const answers = new WeakMap<object, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', (failure: NodeJS.ErrnoException, socket: Socket) => {
    const answer = answers.get(socket);
    // Words in the middle of another answer would be read as part of it.
    const isAnswering = answer?.headersSent === true && !answer.writableFinished;
    if (!socket.writable || isAnswering) return void socket.destroy();
    const error =
      parserRefusals[failure.code ?? '']?.() ?? invalidRequest(null, 'Your request is not valid HTTP.');
    socket.write(asText(error));
    socket.destroySoon();
  });
  server.on('checkExpectation', (request, response) => {
    const error = new ApiError(417, "The 'Expect' header of your request is not supported.");
    const { headers, body } = written(error);
    response.writeHead(error.status, headers).end(body);
    request.resume();
  });
}

function asText(error: ApiError): string {
  const { headers, body } = written(error);
  const lines = Object.entries({ ...headers, connection: 'close' }).map((line) => `${line.join(': ')}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`;
}

function written(error: ApiError): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(error);
  const length = String(Buffer.byteLength(body));
  const headers = { 'content-type': 'application/json', 'content-length': length };
  return { headers: { ...headers, ...Object.fromEntries(answerHeaders()) }, body };
}

function answerHeaders(): Headers {
  const headers = new Headers();
  setAnswerHeaders(headers, newRequestId(), performance.now());
  return headers;
}
