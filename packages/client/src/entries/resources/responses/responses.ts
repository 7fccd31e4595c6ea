import { OpenAI } from '../../../client.ts';
import type { AbsentClass } from '../../../resources/absent.ts';

/** @deprecated Not part of colloquy. Use `client.post('/responses', { body })`, or keep openai beside it. */
export const Responses: AbsentClass = OpenAI.Responses;
