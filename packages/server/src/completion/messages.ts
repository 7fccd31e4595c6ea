/** Validates messages: the fields of each role, and which message may follow which. */
import { invalidRequest } from '../http/errors.ts';
import {
  anything,
  type Check,
  choice,
  either,
  isRecord,
  list,
  object,
  required,
  text,
  variants,
} from '../validation/checks.ts';
import { dataOrWebURL } from '../validation/parameters.ts';

const functionName = text({ min: 1, max: 64, pattern: /^[a-zA-Z0-9_-]+$/ });
/** As messages of the API that its users have published say: "string too long. Expected a string with maximum length 10485760". */
const longText = text({ max: 10_485_760 });
const cacheBreakpoint = object({ mode: required(choice('explicit')), ttl: choice('30m', '12h') });

const part = (fields: Record<string, Check>): Check =>
  object({ ...fields, prompt_cache_breakpoint: cacheBreakpoint });
const textPart = part({ text: required(longText) });
const refusalPart = object({ refusal: required(text()) });

const userPart = variants('type', {
  text: textPart,
  image_url: part({
    image_url: required(
      object({ url: required(dataOrWebURL), detail: choice('auto', 'low', 'high', 'original') }),
    ),
  }),
  input_audio: part({
    input_audio: required(object({ data: required(text()), format: required(choice('wav', 'mp3')) })),
  }),
  file: part({ file: required(object({ file_data: text(), file_id: text(), filename: text() })) }),
});

const content = (item: Check): Check =>
  required(
    either(
      { string: longText, array: list(item, 'objects', { min: 1 }) },
      'one of a string or array of objects',
    ),
  );
const onlyText = content(variants('type', { text: textPart }));

const toolCall = variants('type', {
  function: object({
    id: required(text({ min: 1 })),
    function: required(object({ name: required(text()), arguments: required(text()) })),
  }),
  custom: object({
    id: required(text({ min: 1 })),
    custom: required(object({ name: required(text()), input: required(text()) })),
  }),
});

const assistantFields = object({
  content: either(
    { string: longText, array: list(variants('type', { text: textPart, refusal: refusalPart }), 'objects') },
    'one of a string or array of objects',
  ),
  name: text(),
  refusal: text(),
  audio: object({ id: required(text()) }),
  function_call: object({ name: required(text()), arguments: required(text()) }),
  // The most the API takes, as its published messages say.
  tool_calls: list(toolCall, 'objects', { min: 1, max: 128 }),
});

const assistant: Check = (value, path, later) => {
  assistantFields(value, path, later);
  const message = value as Record<string, unknown>;
  if (assistantSays.some((field) => message[field] !== undefined && message[field] !== null)) return;
  const wanted = `Expected a string, because it has none of 'tool_calls', 'function_call', 'refusal' and 'audio'`;
  throw invalidRequest(`${path}.content`, `Invalid value for '${path}.content'. ${wanted}.`, 'invalid_value');
};
const assistantSays = ['content', 'tool_calls', 'function_call', 'refusal', 'audio'];

/** One message of a conversation. */
export const message: Check = variants('role', {
  system: object({ content: onlyText, name: text() }),
  developer: object({ content: onlyText, name: text() }),
  user: object({ content: content(userPart), name: text() }),
  assistant,
  tool: object({ content: onlyText, tool_call_id: required(text()) }),
  function: object({
    content: required(either({ string: text(), null: anything }, 'a string')),
    name: required(text({ min: 1 })),
  }),
});

export { functionName };

/**
 * Checks that tool messages belong to the calls right before them, and that every call has one.
 * `messages` have passed `message` already.
 */
export function checkOrder(messages: readonly unknown[]): void {
  let asked = new Set<unknown>();
  let open = new Set<unknown>();
  let askedAt = 0;
  const close = (): void => {
    if (open.size === 0) return;
    throw invalidRequest(
      `messages[${askedAt}].tool_calls`,
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
        `The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    );
  };
  for (const [index, entry] of messages.entries()) {
    if (!isRecord(entry)) continue;
    if (entry['role'] === 'tool') {
      if (!asked.has(entry['tool_call_id'])) throw unasked(index, entry['tool_call_id'], asked.size > 0);
      open.delete(entry['tool_call_id']);
      continue;
    }
    close();
    asked = new Set(callIds(entry));
    open = new Set(asked);
    askedAt = index;
  }
  close();
}

function callIds(message: Record<string, unknown>): unknown[] {
  const calls = message['role'] === 'assistant' ? message['tool_calls'] : undefined;
  return Array.isArray(calls) ? calls.map((call: { id: unknown }) => call.id) : [];
}

function unasked(index: number, id: unknown, afterCalls: boolean): Error {
  if (!afterCalls) {
    const rule = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
    return invalidRequest(`messages[${index}].role`, `Invalid parameter: ${rule}`);
  }
  const at = `messages[${index}].tool_call_id`;
  return invalidRequest(
    at,
    `Invalid parameter: 'tool_call_id' of '${String(id)}' not found in 'tool_calls' of previous message.`,
  );
}
