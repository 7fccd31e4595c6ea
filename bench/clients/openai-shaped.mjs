// The tasks, written once against the surface that `openai` and `colloquy` share.
import { addTool, pool, prompt, sentence, toolRun, toolServer } from '../lib/feed.mjs';
import { launch, summary } from './f1.mjs';
import { instant } from './f3.mjs';

const params = { model: 'm', messages: prompt };

/** `helpers` returns the Zod helper and the schema. Only the tasks that need them call it. */
export function tasksOf(OpenAI, helpers) {
  const connect = (options) =>
    new OpenAI({ apiKey: 'key', baseURL: 'http://localhost/v1', ...options }).chat.completions;

  const iterate = (completions) => async () => {
    let chunks = 0;
    let deltas = 0;
    let text = '';
    for await (const chunk of await completions.create({ ...params, stream: true })) {
      chunks += 1;
      const content = chunk.choices[0]?.delta.content;
      if (!content) continue;
      deltas += 1;
      text += content;
    }
    return { chunks, deltas, text };
  };

  const send = (options, { total, width }) => {
    const completions = connect(options);
    return async () => {
      let right = 0;
      await pool(total, width, async () => {
        const { choices } = await completions.create(params);
        if (choices[0].message.content === sentence) right += 1;
      });
      return { right };
    };
  };

  return {
    iterate: ({ fetch }) => iterate(connect({ fetch })),

    /** `reader`: none, `content` (a listener) or `for await`. */
    collect({ fetch }, { reader }) {
      const completions = connect({ fetch });
      return async () => {
        const stream = completions.stream(params);
        const seen = {};
        if (reader === 'content') {
          seen.deltas = 0;
          stream.on('content', () => (seen.deltas += 1));
        }
        if (reader === 'for await') {
          seen.chunks = 0;
          for await (const _chunk of stream) seen.chunks += 1;
        }
        const { choices } = await stream.finalChatCompletion();
        return { ...seen, text: choices[0].message.content };
      };
    },

    async structured({ fetch }, options) {
      const { zodResponseFormat, inventory, watcher } = await helpers();
      const completions = connect({ fetch });
      return async () => {
        const { see, seen } = watcher(options);
        const stream = completions.stream({
          ...params,
          response_format: zodResponseFormat(inventory, 'inventory'),
        });
        stream.on('content.delta', ({ parsed }) => see(parsed));
        const { choices } = await stream.finalChatCompletion();
        const { content, parsed } = choices[0].message;
        return { text: content, value: parsed, values: seen.values };
      };
    },

    async arguments({ fetch }, options) {
      const { zodFunction, inventory, watcher } = await helpers();
      const completions = connect({ fetch });
      return async () => {
        const { see, seen } = watcher(options);
        const stream = completions.stream({
          ...params,
          tools: [zodFunction({ name: 'save', parameters: inventory })],
        });
        stream.on('tool_calls.function.arguments.delta', ({ parsed_arguments }) => see(parsed_arguments));
        const { choices } = await stream.finalChatCompletion();
        const { arguments: text, parsed_arguments: value } = choices[0].message.tool_calls[0].function;
        return { text, value, values: seen.values };
      };
    },

    inMemory: (_, options) => send({ fetch: instant() }, options),
    loopback: (_, options) => send({ baseURL: options.url, fetch: options.fetch }, options),

    tools:
      (_, { turns }) =>
      async () => {
        const server = toolServer(turns);
        const runner = connect({ fetch: server.fetch }).runTools(
          {
            ...params,
            tools: [
              {
                type: 'function',
                function: { ...addTool, parse: JSON.parse, function: ({ a, b }) => `${a + b}` },
              },
            ],
          },
          { maxChatCompletions: turns },
        );
        return toolRun(server, await runner.finalContent());
      },

    many(_, { streams, url, ramp }) {
      const one = iterate(connect({ baseURL: url }));
      return async () => summary(await launch(streams, ramp, one));
    },
  };
}
