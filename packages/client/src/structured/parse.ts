/** Adds typed values to a finished completion: `message.parsed` and `parsed_arguments`. */
import { attach, OpenAIError } from '../errors/openai-error.ts';
import { ContentFilterFinishReasonError, LengthFinishReasonError } from '../errors/unfinished.ts';
import type { PromiseOrValue } from '../http/options.ts';
import { contentText } from '../quirks/content.ts';
import { plainCall } from '../quirks/tool-calls.ts';
import type { ChatCompletion, ChatCompletionMessage } from '../types/completion.ts';
import type { ChatCompletionCreateParams, ChatCompletionCreateParamsBase } from '../types/params.ts';
import type {
  ParsedChatCompletion,
  ParsedChatCompletionMessage,
  ParsedChatCompletionMessageToolCall,
} from '../types/parsed.ts';
import type { ChatCompletionMessageFunctionToolCall, ChatCompletionMessageToolCall } from '../types/tools.ts';
import { objectsIn } from '../wire/objects.ts';
import { isPromise, quiet } from '../wire/quiet.ts';
import type { ExtractParsedContentFromParams } from './format.ts';
import { contentReader, type Reader, readersFor, type Readers } from './readers.ts';

/** The parts of a request that decide how its responses are parsed. */
type Asked = Parameters<typeof readersFor>[0];

/**
 * The errors of responses that ended too early to be parsed, by finish reason. A Map, not an object: a server could send
 * `constructor` as a finish reason.
 */
export const unfinished: Map<string | null, typeof LengthFinishReasonError> = new Map([
  ['length', LengthFinishReasonError],
  ['content_filter', ContentFilterFinishReasonError],
]);

/**
 * A copy of `completion` with every content and every call's arguments read. With `canWait`, and a validator that takes
 * time, a promise of it.
 *
 * Fails with an {@link OpenAIError} that has the completion: a {@link LengthFinishReasonError} or
 * {@link ContentFilterFinishReasonError} when a choice ended early, one for what is no completion and for a call that is
 * neither of a function nor custom, and what a {@link Reader} throws.
 */
export function parseCompletion<ParsedT>(
  completion: ChatCompletion,
  readers: Readers,
): ParsedChatCompletion<ParsedT>;
export function parseCompletion<ParsedT>(
  completion: ChatCompletion,
  readers: Readers,
  canWait: boolean,
): PromiseOrValue<ParsedChatCompletion<ParsedT>>;
export function parseCompletion<ParsedT>(
  completion: ChatCompletion,
  readers: Readers,
  canWait?: boolean,
): PromiseOrValue<ParsedChatCompletion<ParsedT>> {
  const fail = (error: unknown): never => {
    throw attach(error, 'completion', () => completion);
  };
  const pending: Promise<void>[] = [];
  const read: Read = (target, name, reader, text) => {
    const settle = (value: unknown): void => {
      target[name] = value ?? null;
    };
    const value = reader?.parse(text, canWait);
    settle(value);
    if (canWait && isPromise(value)) pending.push(quiet(value.then(settle)));
  };
  try {
    const choices = choicesOf(completion).map((choice, index) => {
      const Unfinished = unfinished.get(choice.finish_reason);
      if (Unfinished) throw new Unfinished(completion, index);
      return {
        ...choice,
        message: parseMessage<ParsedT>(choice.message, `choices[${index}].message`, readers, read),
      };
    });
    const parsed = { ...completion, choices };
    return pending.length ? Promise.all(pending).then(() => parsed, fail) : parsed;
  } catch (error) {
    return fail(error);
  }
}

/** Reads `text` into a property; without a reader it is null. */
type Read = (target: Record<string, unknown>, name: string, reader: Reader | undefined, text: string) => void;

/** The choices of a completion, each of which has a message. A server may have sent anything. */
function choicesOf(completion: ChatCompletion | null | undefined): ChatCompletion.Choice[] {
  const choices = completion?.choices;
  if (!Array.isArray(choices))
    throw new OpenAIError(
      `Expected a completion, got ${Object(completion) === completion ? 'an object without choices' : completion}`,
    );
  const broken = choices.findIndex((choice) => !choice?.message);
  if (broken >= 0) throw new OpenAIError(`Expected a completion, but choices[${broken}] has no message`);
  return choices;
}

function parseMessage<ParsedT>(
  message: ChatCompletionMessage,
  path: string,
  readers: Readers,
  read: Read,
): ParsedChatCompletionMessage<ParsedT> {
  const { refusal, function_call: call } = message;
  const calls = objectsIn(message.tool_calls);
  const content = contentText(message.content);
  // A message that only calls tools has an empty content on some servers. Without a call, empty is not JSON.
  const readable = content != null && !refusal && (content || !(calls?.length || call));
  const parsed: Record<string, unknown> = {
    ...message,
    ...(calls && {
      tool_calls: calls.map((call, at) =>
        parseCall(plainCall(call), `${path}.tool_calls[${at}]`, readers, read),
      ),
    }),
  };
  read(parsed, 'parsed', readable ? readers.content : undefined, content as string);
  return parsed as unknown as ParsedChatCompletionMessage<ParsedT>;
}

function parseCall(
  call: ChatCompletionMessageToolCall,
  path: string,
  readers: Readers,
  read: Read,
): ParsedChatCompletionMessageToolCall {
  if (call.type === 'custom') return call;
  if (call.type !== 'function') throw unsupported('`function` and `custom` tool calls', call);
  const { function: called } = call as ChatCompletionMessageFunctionToolCall;
  if (!called) throw new OpenAIError(`missing ${path}.function`);
  const { name, arguments: text } = called;
  const parsed = { ...called, arguments: text };
  read(parsed as unknown as Record<string, unknown>, 'parsed_arguments', readers.tool(name), text);
  return { ...call, function: parsed };
}

const unsupported = (what: string, received: { type?: unknown }): OpenAIError =>
  new OpenAIError(`Currently only ${what} are supported; Received \`${String(received.type)}\``);

/** {@link parseCompletion}, by the formats and tools of `params`. */
export function parseChatCompletion<
  Params extends ChatCompletionCreateParams,
  ParsedT = ExtractParsedContentFromParams<Params>,
>(completion: ChatCompletion, params: Params): ParsedChatCompletion<ParsedT> {
  return parseCompletion(completion, readersFor(params));
}

/**
 * {@link parseCompletion} when `params` ask for anything to be parsed. Otherwise a copy in which every
 * `message.parsed` is null, however the choices ended.
 */
export function maybeParseChatCompletion<
  Params extends ChatCompletionCreateParams | null,
  ParsedT = Params extends null ? null : ExtractParsedContentFromParams<NonNullable<Params>>,
>(completion: ChatCompletion, params: Params): ParsedChatCompletion<ParsedT> {
  const readers = readersFor(params);
  return readers.active ? parseCompletion(completion, readers) : unparsed(completion);
}

/** {@link maybeParseChatCompletion}, with the readers captured earlier; a promise if a validator takes time. */
export function maybeParseCompletion<ParsedT>(
  completion: ChatCompletion,
  readers: Readers,
): PromiseOrValue<ParsedChatCompletion<ParsedT>> {
  return readers.active ? parseCompletion(completion, readers, true) : unparsed(completion);
}

function unparsed<ParsedT>(completion: ChatCompletion): ParsedChatCompletion<ParsedT> {
  const choices = completion.choices.map((choice) => ({
    ...choice,
    message: { ...choice.message, parsed: null } as ParsedChatCompletionMessage<ParsedT>,
  }));
  return { ...completion, choices };
}

/** Whether the request promises anything that can be parsed: a parseable format, a helper-made tool, a strict function. */
export function hasAutoParseableInput(params: NonNullable<Asked>): boolean {
  return readersFor(params).active;
}

/** Whether the arguments of this call are parsed: its function is strict or helper-made in the request. */
export function shouldParseToolCall(
  params: Asked,
  call: { type?: ChatCompletionMessageToolCall['type']; function?: { name?: string } },
): boolean {
  const name = call.function?.name;
  return name !== undefined && readersFor(params).tool(name) !== undefined;
}

/** The value of `content` in this format; null when the format does not promise JSON of a schema. */
export function parseResponseFormatContent<ParsedT>(format: unknown, content: string): ParsedT | null {
  return (contentReader(format)?.parse(content) ?? null) as ParsedT | null;
}

/** Throws an {@link OpenAIError} unless every function among `tools` is strict. Custom tools pass. */
export function validateInputTools(tools: ChatCompletionCreateParamsBase['tools'] | null): void {
  for (const tool of tools ?? []) {
    if (tool.type === 'custom') continue;
    if (tool.type !== 'function') throw unsupported('`function` and `custom` tool types', tool);
    if (tool.function.strict !== true) {
      throw new OpenAIError(
        `The \`${tool.function.name}\` tool is not marked with \`strict: true\`. Only strict function tools can be auto-parsed`,
      );
    }
  }
}

/** Throws an {@link OpenAIError} unless every call is of a function. */
export function assertToolCallsAreChatCompletionFunctionToolCalls(
  calls: ChatCompletionMessage['tool_calls'] | null,
): asserts calls is ChatCompletionMessageFunctionToolCall[] {
  for (const call of calls ?? []) {
    if (call.type !== 'function') throw unsupported('`function` tool calls', call);
  }
}
