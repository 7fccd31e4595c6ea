// The AI SDK with its provider for compatible servers. Its stream gives text and no chunks.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import { addTool, pool, prompt, sentence, toolRun, toolServer } from '../lib/feed.mjs';
import { launch, summary } from './f1.mjs';
import { instant } from './f3.mjs';

const [{ content }] = prompt;

const connect = (options) =>
  createOpenAICompatible({
    name: 'bench',
    apiKey: 'key',
    baseURL: 'http://localhost/v1',
    supportsStructuredOutputs: true,
    ...options,
  })('m');

const read = (model) => async () => {
  let deltas = 0;
  let text = '';
  for await (const delta of streamText({ model, prompt: content }).textStream) {
    deltas += 1;
    text += delta;
  }
  return { deltas, text };
};

const send = (options, { total, width }) => {
  const model = connect(options);
  return async () => {
    let right = 0;
    await pool(total, width, async () => {
      if ((await generateText({ model, prompt: content })).text === sentence) right += 1;
    });
    return { right };
  };
};

export const tasks = {
  iterate: ({ fetch }) => read(connect({ fetch })),
  collect({ fetch }) {
    const model = connect({ fetch });
    return async () => {
      const result = streamText({ model, prompt: content });
      await result.consumeStream();
      return { text: await result.text };
    };
  },
  async structured({ fetch }) {
    const { inventory, watcher } = await import('../lib/schema.mjs');
    const model = connect({ fetch });
    return async () => {
      const { see, seen } = watcher();
      const output = Output.object({ schema: inventory });
      for await (const partial of streamText({ model, prompt: content, output }).partialOutputStream)
        see(partial);
      return { value: seen.last, values: seen.values };
    };
  },
  inMemory: (_, params) => send({ fetch: instant() }, params),
  loopback: (_, params) => send({ baseURL: params.url }, params),
  tools:
    (_, { turns }) =>
    async () => {
      const server = toolServer(turns);
      const { text } = await generateText({
        model: connect({ fetch: server.fetch }),
        prompt: content,
        stopWhen: isStepCount(turns),
        tools: {
          add: tool({
            description: addTool.description,
            inputSchema: jsonSchema(addTool.parameters),
            execute: ({ a, b }) => a + b,
          }),
        },
      });
      return toolRun(server, text);
    },
  many(_, { streams, url, ramp }) {
    const one = read(connect({ baseURL: url }));
    return async () => summary(await launch(streams, ramp, one));
  },
};
