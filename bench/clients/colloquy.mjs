import OpenAI from 'colloquy';
import { tasksOf } from './openai-shaped.mjs';

export const tasks = tasksOf(OpenAI, async () => ({
  ...(await import('colloquy/helpers/zod')),
  ...(await import('../lib/schema.mjs')),
}));
