// F6: a node:http server that parses the body of a request and responds in the shape of the API: with a completion, with the
// chunks of one, or with a page of completions that it holds in memory. Nothing is checked, counted or kept.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { served } from '../lib/served.mjs';

const head = (object, model) => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

function completion(model, content) {
  return {
    ...head('chat.completion', model),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 200, total_tokens: 210 },
  };
}

function sendJSON(outgoing, value) {
  const text = JSON.stringify(value);
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  outgoing.end(text);
}

async function sendChunks(outgoing, model, pieces, tokensPerSecond) {
  const first = head('chat.completion.chunk', model);
  const write = (delta, finish_reason = null) => {
    const chunk = { ...first, choices: [{ index: 0, delta, logprobs: null, finish_reason }] };
    outgoing.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const started = performance.now();
  write({ role: 'assistant', content: '' });
  for (const [index, content] of pieces.entries()) {
    if (tokensPerSecond) await wait(started + (index * 1_000) / tokensPerSecond - performance.now());
    write({ content });
  }
  write({}, 'stop');
  outgoing.end('data: [DONE]\n\n');
}

export const tasks = {
  async server(_feed, params) {
    const { pieces, tokensPerSecond, pageLength } = params;
    const text = pieces.join('');
    const kept = Array.from({ length: pageLength }, () => completion('m', text));
    const page = () => ({
      object: 'list',
      data: kept,
      first_id: kept[0].id,
      last_id: kept.at(-1).id,
      has_more: true,
    });
    const server = createServer((incoming, outgoing) => {
      if (incoming.method === 'GET') return sendJSON(outgoing, page());
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part) => (body += part));
      incoming.on('end', () => {
        const { model, stream } = JSON.parse(body);
        if (stream) sendChunks(outgoing, model, pieces, tokensPerSecond);
        else sendJSON(outgoing, completion(model, text));
      });
    }).listen(0, '127.0.0.1', 4_096);
    await once(server, 'listening');
    return served(params, `http://127.0.0.1:${server.address().port}/v1`);
  },
};
