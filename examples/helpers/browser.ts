// A page that follows a tool run on the server. The key and the tools stay there; text and tool results are streamed to the page.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI from 'colloquy';
import { zodFunction } from 'colloquy/helpers/zod';
import { ChatCompletionStreamingRunner } from 'colloquy/lib/ChatCompletionStreamingRunner';
import { z } from 'zod';

const client = new OpenAI();
const weather = zodFunction({
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => `It snows in ${city}.`,
});

const server = createServer((request, response) => {
  const question = new URL(request.url!, 'http://localhost').searchParams.get('ask') ?? '';
  const runner = client.chat.completions.runTools({
    model: 'sandbox',
    stream: true,
    messages: [{ role: 'user', content: question }],
    tools: [weather],
  });
  response.setHeader('content-type', 'application/x-ndjson');
  // Closing the page aborts the run. If the run fails, the response is cut off.
  pipeline(Readable.fromWeb(runner.toReadableStream() as never), response).catch(() => {});
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

// What follows is the page.
const response = await fetch(
  `http://127.0.0.1:${port}/?ask=${encodeURIComponent('What is the weather in Oslo?')}`,
);
const run = ChatCompletionStreamingRunner.fromReadableStream(response.body!);
run.on('functionToolCall', (call) => console.log('calls', call.name));
run.on('functionToolCallResult', (result) => console.log('result', result));
console.log('reply', await run.finalContent());
server.close();
