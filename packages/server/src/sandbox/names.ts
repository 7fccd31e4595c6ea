/** The model names the sandbox answers to, so that a program written for the API runs on it unchanged. */
import type { ChatModel } from '../models/model.ts';
import type { Route } from '../models/routing.ts';

/** Public names of chat models. Those that speak or listen are left out: the sandbox has no voice. */
const borrowed = (
  'gpt-6-astra gpt-6.1-sol gpt-6.1-terra gpt-6-sol gpt-6-luna gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna ' +
  'gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.3-chat-latest gpt-5.2 gpt-5.2-chat-latest ' +
  'gpt-5.2-pro gpt-5.1 gpt-5.1-mini gpt-5.1-codex gpt-5.1-chat-latest gpt-5 gpt-5-mini gpt-5-nano ' +
  'gpt-5-chat-latest gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4o gpt-4o-mini chatgpt-4o-latest ' +
  'gpt-4o-search-preview gpt-4o-mini-search-preview o4-mini o3 o3-mini o1 o1-mini o1-preview ' +
  'codex-mini-latest gpt-4-turbo gpt-4-turbo-preview gpt-4 gpt-4-32k gpt-3.5-turbo gpt-3.5-turbo-16k'
).split(' ');

/** Releases of a name that carry a date: `gpt-4o-2024-08-06`, `gpt-4-0613`. */
const dated = (
  'gpt-5.5-2026-04-23 gpt-5.4-mini-2026-03-17 gpt-5.4-nano-2026-03-17 gpt-5.2-2025-12-11 ' +
  'gpt-5.2-pro-2025-12-11 gpt-5-2025-08-07 gpt-5-mini-2025-08-07 gpt-5-nano-2025-08-07 ' +
  'gpt-4.1-2025-04-14 gpt-4.1-mini-2025-04-14 gpt-4.1-nano-2025-04-14 o4-mini-2025-04-16 ' +
  'o3-2025-04-16 o3-mini-2025-01-31 o1-2024-12-17 o1-preview-2024-09-12 o1-mini-2024-09-12 ' +
  'gpt-4o-2024-11-20 gpt-4o-2024-08-06 gpt-4o-2024-05-13 gpt-4o-mini-2024-07-18 ' +
  'gpt-4o-search-preview-2025-03-11 gpt-4o-mini-search-preview-2025-03-11 gpt-4-turbo-2024-04-09 ' +
  'gpt-4-0125-preview gpt-4-1106-preview gpt-4-vision-preview gpt-4-0314 gpt-4-0613 gpt-4-32k-0314 ' +
  'gpt-4-32k-0613 gpt-3.5-turbo-0301 gpt-3.5-turbo-0613 gpt-3.5-turbo-1106 gpt-3.5-turbo-0125 ' +
  'gpt-3.5-turbo-16k-0613'
).split(' ');

/** `sandbox`, the borrowed names, and `more` names of the operator's choice. Any other name stays unknown: a 404. */
export function sandboxRoutes(model: ChatModel, more: readonly string[] = []): Route[] {
  return [model.id, ...more, ...borrowed, ...dated].map((name) => ({ name, model }));
}
