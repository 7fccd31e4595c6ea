/**
 * Rules that the API enforces and most other servers do not, in one table, with the source of each. They apply only if
 * the sandbox responds like the API.
 */
import { invalidRequest } from '../http/errors.ts';
import type { CompletionRequest } from '../models/model.ts';
import type { Body } from '../validation/body.ts';
import { checkFields, invalidType, object, text, type Check } from '../validation/checks.ts';
import { present } from '../validation/parameters.ts';
import { functionName } from './messages.ts';
import type { Source } from './source.ts';

interface ApiRule {
  source: Source;
  /** Throws an `ApiError` when the body breaks the rule. The body has passed the table of parameters already. */
  check(body: Body): void;
}

type Message = Record<string, unknown>;

/** Holds every message to fields of a table. */
const onMessages =
  (fields: Record<string, Check>): ApiRule['check'] =>
  ({ messages }) => {
    const table = Object.entries(fields);
    for (const [index, message] of (messages as Message[]).entries()) {
      checkFields(message, `messages[${index}]`, table);
    }
  };

/** Holds every tool call of every message to fields of a table. */
const onCalls = (fields: Record<string, Check>): ApiRule['check'] =>
  onMessages({
    tool_calls: (calls, path) => {
      const check = object(fields);
      for (const [index, call] of (calls as unknown[]).entries()) check(call, `${path}[${index}]`);
    },
  });

const callId = text({ max: 40 });

const rules: readonly ApiRule[] = [
  {
    // An organization whose completions are stored by default may leave `store` out.
    source: 'reported',
    check({ metadata, store }) {
      if (!present(metadata) || store === true) return;
      throw invalidRequest('metadata', "The 'metadata' parameter is only allowed when 'store' is enabled.");
    },
  },
  {
    source: 'reported',
    check({ messages }) {
      for (const [index, message] of (messages as Message[]).entries()) {
        if (message['tool_calls'] !== null || message['role'] !== 'assistant') continue;
        throw invalidType(`messages[${index}].tool_calls`, 'an array of objects', null);
      }
    },
  },
  { source: 'reported', check: onCalls({ id: callId, function: object({ name: functionName }) }) },
  { source: 'reported', check: onMessages({ tool_call_id: callId }) },
  { source: 'reported', check: onMessages({ function_call: object({ name: functionName }) }) },
  { source: 'reported', check: onMessages({ name: text({ pattern: /^[^\s<|\\/>]+$/ }) }) },
  { source: 'reported', check: ({ messages }) => checkResults(messages as Message[]) },
];

/** Throws an `ApiError` when the API would refuse the request, although `validateCompletion` takes it. */
export function refuseAsApi(request: CompletionRequest): void {
  for (const { check } of rules) check(request as unknown as Body);
}

/** Holds that a call has one result. An id may be used again once the conversation has gone on. */
function checkResults(messages: readonly Message[]): void {
  let seen = new Set<unknown>();
  for (const [index, { role, tool_call_id: id }] of messages.entries()) {
    if (role !== 'tool') seen = new Set();
    else if (seen.has(id)) {
      const message = `Invalid parameter: Duplicate value for 'tool_call_id' of '${String(id)}' in message[${index}].`;
      throw invalidRequest(`messages[${index}].tool_call_id`, message);
    } else seen.add(id);
  }
}
