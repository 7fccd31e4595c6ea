// LangChain's chat model for OpenAI, which runs on the openai package.
import { ChatOpenAI } from '@langchain/openai';
import { prompt } from '../lib/feed.mjs';

const [{ content }] = prompt;

export const tasks = {
  iterate({ fetch }) {
    const model = new ChatOpenAI({
      model: 'm',
      apiKey: 'key',
      configuration: { baseURL: 'http://localhost/v1', fetch },
    });
    return async () => {
      let deltas = 0;
      let text = '';
      for await (const chunk of await model.stream(content)) {
        if (!chunk.content) continue;
        deltas += 1;
        text += chunk.content;
      }
      return { deltas, text };
    };
  },
};
