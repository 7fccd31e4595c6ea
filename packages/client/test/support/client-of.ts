// A client whose fetch follows a script, and which reads nothing from the environment of the machine.
import { afterEach, beforeEach, vi } from 'vitest';
import { OpenAI } from '../../src/client.ts';
import type { ClientOptions } from '../../src/http/options.ts';
import { fakeFetch } from './fake-fetch.ts';
import type { Step } from './fake-fetch.ts';

const variables = 'API_KEY ADMIN_KEY ORG_ID PROJECT_ID WEBHOOK_SECRET BASE_URL LOG CUSTOM_HEADERS'.split(' ');
beforeEach(() => variables.forEach((name) => vi.stubEnv(`OPENAI_${name}`, undefined)));
afterEach(() => vi.unstubAllEnvs());

export function clientOf(
  script: Step[],
  options: ClientOptions = {},
): { client: OpenAI; requests: ReturnType<typeof fakeFetch>['requests'] } {
  const fetch = fakeFetch(...script);
  return { client: new OpenAI({ apiKey: 'sk-1', fetch, ...options }), requests: fetch.requests };
}
