/** Messages and completions of a run, and its final values. How completions are obtained is up to the subclasses. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { ChatCompletion, ChatCompletionMessage, CompletionUsage } from '../types/completion.ts';
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from '../types/messages.ts';
import type { ParsedChatCompletion } from '../types/parsed.ts';
import type { ChatCompletionMessageFunctionToolCall } from '../types/tools.ts';
import { EventStream } from './event-stream.ts';
import type { BaseEvents, EventParameters } from './event-stream.ts';

type FunctionCall = ChatCompletionMessageFunctionToolCall.Function;

export interface AbstractChatCompletionRunnerEvents extends BaseEvents {
  /** The model calls a function. */
  functionToolCall: (functionCall: FunctionCall) => void;
  /** A reply or tool result was added. Not emitted for the messages that the run began with. */
  message: (message: ChatCompletionMessageParam) => void;
  /** A completion is complete. Emitted once for each request of the run. */
  chatCompletion: (completion: ChatCompletion) => void;
  /** Only when the last reply has text. */
  finalContent: (contentSnapshot: string) => void;
  /** The last message of the run. Emitted once, if the run succeeds. */
  finalMessage: (message: ChatCompletionMessageParam) => void;
  /** The last completion of the run. Emitted once, if the run succeeds. */
  finalChatCompletion: (completion: ChatCompletion) => void;
  /** Only when a function was called. */
  finalFunctionToolCall: (functionCall: FunctionCall) => void;
  /** A tool result that is not empty. */
  functionToolCallResult: (content: string) => void;
  /** Only if a function was called and has a result. */
  finalFunctionToolCallResult: (content: string) => void;
  /** Only if a response had its usage. */
  totalUsage: (usage: CompletionUsage) => void;
}

/**
 * A conversation that grows. Subclasses add completions and messages, which emits events. The final values are
 * promises that resolve at the end of the run, and reject if it fails.
 */
export class AbstractChatCompletionRunner<
  EventTypes extends AbstractChatCompletionRunnerEvents,
  ParsedT,
> extends EventStream<EventTypes> {
  protected _chatCompletions: Array<ParsedChatCompletion<ParsedT>> = [];

  /** The initial messages of the run, then replies and tool results. You may add messages between requests. */
  messages: ChatCompletionMessageParam[] = [];

  /** The completions so far, in a new list. */
  allChatCompletions(): ChatCompletion[] {
    return [...this._chatCompletions];
  }

  finalChatCompletion(): Promise<ParsedChatCompletion<ParsedT>> {
    return this._final(() => this.#finalChatCompletion());
  }

  /** The text of the last reply. */
  finalContent(): Promise<string | null> {
    return this._final(() => this.#finalMessage().content);
  }

  /** A copy of the last reply. */
  finalMessage(): Promise<ChatCompletionMessage> {
    return this._final(() => this.#finalMessage());
  }

  /** The last call of a function. Undefined if none was called. */
  finalFunctionToolCall(): Promise<FunctionCall | undefined> {
    return this._final(() => this.#finalFunctionToolCall());
  }

  /** The last result of a function. */
  finalFunctionToolCallResult(): Promise<string | undefined> {
    return this._final(() => this.#finalFunctionToolCallResult());
  }

  /** The usage of all completions together; zeros if no response had any. */
  totalUsage(): Promise<CompletionUsage> {
    return this._final(() => this.#totalUsage());
  }

  /** Begins with the messages of `params`, for which no event is emitted, and lets `signal` abort the run. */
  protected _begin(
    params: { messages: ChatCompletionMessageParam[] },
    signal: AbortSignal | null | undefined,
  ): void {
    for (const message of params.messages) this._addMessage(message, false);
    this._listenForAbort(signal);
  }

  /** Adds a completion, and its first choice as a message. */
  protected _addChatCompletion(completion: ParsedChatCompletion<ParsedT>): ParsedChatCompletion<ParsedT> {
    this._chatCompletions.push(completion);
    this.#tell('chatCompletion', completion);
    const message = completion.choices[0]?.message;
    if (message) this._addMessage(message as ChatCompletionMessageParam);
    return completion;
  }

  /** Adds a message. With `emit` false, no event is emitted: the message is one that the run began with. */
  protected _addMessage(message: ChatCompletionMessageParam, emit = true): void {
    this.messages.push(message);
    if (!emit) return;
    this.#tell('message', message);
    if (isToolMessage(message)) {
      if (message.content) this.#tell('functionToolCallResult', message.content as string);
    } else {
      for (const call of functionCallsOf(message)) this.#tell('functionToolCall', call.function);
    }
  }

  protected override _emitFinal(): void {
    const completion = this._chatCompletions.at(-1);
    if (completion) this.#tell('finalChatCompletion', completion);
    const message = this.#finalMessage();
    this.#tell('finalMessage', message);
    if (message.content) this.#tell('finalContent', message.content);
    const call = this.#finalFunctionToolCall();
    if (call) this.#tell('finalFunctionToolCall', call);
    const result = this.#finalFunctionToolCallResult();
    if (result != null) this.#tell('finalFunctionToolCallResult', result);
    if (this._chatCompletions.some(({ usage }) => usage)) this.#tell('totalUsage', this.#totalUsage());
  }

  #tell<Name extends keyof AbstractChatCompletionRunnerEvents>(
    event: Name,
    ...args: Parameters<AbstractChatCompletionRunnerEvents[Name]>
  ): void {
    this._emit(event, ...(args as EventParameters<EventTypes, Name>));
  }

  #finalChatCompletion(): ParsedChatCompletion<ParsedT> {
    const completion = this._chatCompletions.at(-1);
    if (!completion) throw new OpenAIError('stream ended without producing a ChatCompletion');
    return completion;
  }

  #finalMessage(): ChatCompletionMessage {
    const message = this.messages.findLast(isAssistantMessage);
    if (!message) {
      throw new OpenAIError('stream ended without producing a ChatCompletionMessage with role=assistant');
    }
    const { content, refusal } = message;
    return { ...message, content: content ?? null, refusal: refusal ?? null } as ChatCompletionMessage;
  }

  #finalFunctionToolCall(): FunctionCall | undefined {
    const message = this.messages.findLast((message) => functionCallsOf(message).length > 0);
    return functionCallsOf(message).at(-1)?.function;
  }

  #finalFunctionToolCallResult(): string | undefined {
    const ids = new Set(this.messages.flatMap(functionCallsOf).map((call) => call.id));
    const result = this.messages.findLast(
      (message) =>
        isToolMessage(message) && typeof message.content === 'string' && ids.has(message.tool_call_id),
    );
    return result?.content as string | undefined;
  }

  #totalUsage(): CompletionUsage {
    const total: CompletionUsage = { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 };
    for (const { usage } of this._chatCompletions) addUsage(total, usage);
    return total;
  }
}

const counts = ['completion_tokens', 'prompt_tokens', 'total_tokens'] as const;
const details = ['completion_tokens_details', 'prompt_tokens_details'] as const;

function addUsage(total: CompletionUsage, usage: CompletionUsage | null | undefined): void {
  if (!usage) return;
  for (const count of counts) total[count] += usage[count] ?? 0;
  for (const detail of details) {
    const given = usage[detail];
    if (!given) continue;
    const sums = (total[detail] ??= {}) as Record<string, number>;
    for (const [name, tokens] of Object.entries(given)) {
      if (typeof tokens === 'number') sums[name] = (sums[name] ?? 0) + tokens;
    }
  }
}

function functionCallsOf(
  message: ChatCompletionMessageParam | undefined,
): ChatCompletionMessageFunctionToolCall[] {
  const calls = isAssistantMessage(message) ? message.tool_calls : undefined;
  return (calls ?? []).filter((call) => call.type === 'function');
}

export function isAssistantMessage(
  message: ChatCompletionMessageParam | null | undefined,
): message is ChatCompletionAssistantMessageParam {
  return message?.role === 'assistant';
}

export function isToolMessage(
  message: ChatCompletionMessageParam | null | undefined,
): message is ChatCompletionToolMessageParam {
  return message?.role === 'tool';
}

export function isPresent<T>(value: T | null | undefined): value is T {
  return value != null;
}
