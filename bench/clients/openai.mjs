import OpenAI from 'openai';
import { tasksOf } from './openai-shaped.mjs';

export const tasks = tasksOf(OpenAI, async () => ({
  ...(await import('openai/helpers/zod')),
  ...(await import('../lib/schema.mjs')),
}));
