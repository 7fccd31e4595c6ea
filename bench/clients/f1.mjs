// F1: a hand-written loop. Body bytes, TextDecoder, split at newlines, JSON.parse of each data line, nothing else: no
// errors, no comments, no multi-line data, no abort, no reconnection. For a tool loop: JSON.stringify, fetch,
// `res.json()`, call the function.
import { prompt, addTool, toolRun, toolServer, pool } from '../lib/feed.mjs';

const request = (body) => ({
  method: 'POST',
  headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'm', messages: prompt, ...body }),
});

async function each(response, take) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    let at = 0;
    for (let end; (end = rest.indexOf('\n', at)) >= 0; at = end + 1) {
      const line = rest.slice(at, end);
      if (line.startsWith('data: ') && line !== 'data: [DONE]') take(JSON.parse(line.slice(6)));
    }
    rest = rest.slice(at);
  }
}

const url = 'http://localhost/v1/chat/completions';

const read =
  (fetch, target = url) =>
  async () => {
    let chunks = 0;
    let deltas = 0;
    let text = '';
    await each(await fetch(target, request({ stream: true })), (chunk) => {
      chunks += 1;
      const { content } = chunk.choices[0].delta;
      if (!content) return;
      deltas += 1;
      text += content;
    });
    return { chunks, deltas, text };
  };

export const tasks = {
  iterate: ({ fetch }) => read(fetch),
  collect: ({ fetch }) => read(fetch),
  structured: ({ fetch }) => read(fetch),
  arguments:
    ({ fetch }) =>
    async () => {
      let chunks = 0;
      let text = '';
      await each(await fetch(url, request({ stream: true })), (chunk) => {
        chunks += 1;
        text += chunk.choices[0].delta.tool_calls?.[0].function.arguments ?? '';
      });
      return { chunks, text };
    },
  tools:
    (_, { turns }) =>
    async () => {
      const server = toolServer(turns);
      const messages = [...prompt];
      const tools = [{ type: 'function', function: addTool }];
      for (;;) {
        const response = await server.fetch(url, request({ messages, tools, tool_choice: 'auto' }));
        const { message } = (await response.json()).choices[0];
        const { role, content, tool_calls } = message;
        if (!tool_calls) return toolRun(server, content);
        messages.push({ role, content, tool_calls });
        for (const call of tool_calls) {
          const { a, b } = JSON.parse(call.function.arguments);
          messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(a + b) });
        }
      }
    },
  many:
    (_, { streams, url, ramp }) =>
    async () => {
      const one = read(fetch, `${url}/chat/completions`);
      return summary(await launch(streams, ramp, one));
    },
};

/** Starts `streams` runs, evenly over `ramp` milliseconds, and waits for all. */
export async function launch(streams, ramp, one) {
  const results = [];
  const started = performance.now();
  for (let index = 0; index < streams; index++) {
    const wait = (index / streams) * ramp - (performance.now() - started);
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    results.push(one());
  }
  return Promise.all(results);
}

export function summary(results) {
  const [{ text }] = results;
  return {
    streams: results.length,
    deltas: results.reduce((total, { deltas }) => total + deltas, 0),
    text: results.every((result) => result.text === text) ? text : 'streams differ',
  };
}

export { pool, request, url };
