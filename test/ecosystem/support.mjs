// What the programs share: a message, a collector for telemetry, spans in memory.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

export const baseURL = process.env.OPENAI_BASE_URL;
export const model = 'gpt-4o-mini';
export const question = 'What is 2 + 2?';
export const messages = [{ role: 'user', content: question }];

/** A tool in the API's own form. The sandbox calls it when a message asks for the weather. */
export const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/**
 * A server on loopback that takes the place of a telemetry service: it keeps each request with its body as text, and
 * replies with the JSON that `reply` returns for it.
 */
export async function startCollector(reply = () => ({})) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const bytes = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const received = { method: request.method, path: request.url, body };
    requests.push(received);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(reply(received)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    /** Every body received so far, as one text. */
    text: () => requests.map(({ body }) => body).join('\n'),
    /** Resolves once a body contains each of these texts. Throws after ten seconds. */
    async receives(...texts) {
      for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
        const missing = texts.filter((text) => !this.text().includes(text));
        if (missing.length === 0) return;
        if (Date.now() > end) throw new Error(`the collector did not receive ${missing.join(', ')}`);
      }
    },
    close: () => server.close().closeAllConnections(),
  };
}

/** Reads a stream of chunks to its end, and returns its text. */
export async function textOf(stream) {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

/** A provider that keeps finished spans in memory, registered as the global one. */
export async function startTracing() {
  const { InMemorySpanExporter, SimpleSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  return { provider, spans: () => exporter.getFinishedSpans() };
}

/** Asks {@link question} twice, the second time streamed, and returns the text, which must be the same. */
export async function askTwice({ chat }) {
  const completion = await chat.completions.create({ model, messages });
  const text = completion.choices[0].message.content;
  assert.match(text, /2 \+ 2 = 4/);
  assert.equal(await textOf(await chat.completions.create({ model, messages, stream: true })), text);
  return text;
}

/** Asks for one embedding, which must have the length of its model. */
export async function embed({ embeddings }) {
  const { data } = await embeddings.create({ model: 'text-embedding-3-small', input: 'text' });
  assert.equal(data[0].embedding.length, 1536);
}
