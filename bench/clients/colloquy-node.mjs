// Ours with the `fetch` of its entry for Node.
import OpenAI from 'colloquy';
import { fetch } from 'colloquy/node';
import { tasksOf } from './openai-shaped.mjs';

const { loopback, many } = tasksOf(OpenAI);
export const tasks = {
  loopback: (feed, params) => loopback(feed, { ...params, fetch }),
  many,
};
