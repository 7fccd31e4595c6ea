/** An upstream that begins a stream and goes no further. */
import { OpenAI } from '../../src/entries/index.ts';
import { sse, text } from './chunks.ts';
import { serve } from './http-server.ts';

/** The events of a role and the text "Hello". */
export const begun = sse(text('Hello', ' there').slice(0, 2)).replace('data: [DONE]\n\n', '');

export interface Stalling {
  client: OpenAI;
  /** How many requests have arrived. */
  asked(): number;
  /** How many connections the client has closed. */
  closed(): number;
}

export async function stalling(): Promise<Stalling> {
  let closed = 0;
  const { origin, arrived } = await serve((_, response) => {
    response.on('close', () => closed++);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(begun);
  });
  const client = new OpenAI({ apiKey: 'k', baseURL: origin, maxRetries: 0, logLevel: 'off' });
  return { client, asked: () => arrived.length, closed: () => closed };
}
