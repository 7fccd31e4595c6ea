// xsai. Its stream gives text and no chunks.
import { generateText, rawTool, streamObject, streamText } from 'xsai';
import { addTool, pool, prompt, sentence, toolRun, toolServer } from '../lib/feed.mjs';
import { launch, summary } from './f1.mjs';
import { instant } from './f3.mjs';

const params = { apiKey: 'key', baseURL: 'http://localhost/v1/', model: 'm', messages: prompt };

const read = (options) => async () => {
  let deltas = 0;
  let text = '';
  for await (const delta of streamText({ ...params, ...options }).textStream) {
    if (!delta) continue;
    deltas += 1;
    text += delta;
  }
  return { deltas, text };
};

const send =
  (options, { total, width }) =>
  async () => {
    let right = 0;
    await pool(total, width, async () => {
      if ((await generateText({ ...params, ...options })).text === sentence) right += 1;
    });
    return { right };
  };

export const tasks = {
  iterate: ({ fetch }) => read({ fetch }),
  collect:
    ({ fetch }) =>
    async () => {
      const messages = await streamText({ ...params, fetch }).messages;
      return { text: messages.at(-1).content };
    },
  async structured({ fetch }) {
    const { inventory, watcher } = await import('../lib/schema.mjs');
    return async () => {
      const { see, seen } = watcher();
      const { partialObjectStream } = await streamObject({ ...params, fetch, schema: inventory });
      for await (const partial of partialObjectStream) see(partial);
      return { value: seen.last, values: seen.values };
    };
  },
  inMemory: (_, options) => send({ fetch: instant() }, options),
  loopback: (_, options) => send({ baseURL: `${options.url}/` }, options),
  tools:
    (_, { turns }) =>
    async () => {
      const server = toolServer(turns);
      const tools = [rawTool({ ...addTool, execute: ({ a, b }) => `${a + b}` })];
      const { text } = await generateText({ ...params, fetch: server.fetch, tools, maxSteps: turns });
      return toolRun(server, text);
    },
  many: (_, { streams, url, ramp }) => {
    const one = read({ baseURL: `${url}/` });
    return async () => summary(await launch(streams, ramp, one));
  },
};
