/** The events of one choice: which chunk causes which, and in what order. */

import { callAt, callIndex } from '../quirks/call-places.ts';
import { addReasoning, Reasoning } from '../quirks/reasoning.ts';
import { callType } from '../quirks/tool-calls.ts';
import type { Readers } from '../structured/readers.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import { jsonOf } from '../wire/json.ts';
import { made, putLater } from '../wire/later.ts';
import { define } from '../wire/put.ts';
import { isPromise, quiet } from '../wire/quiet.ts';
import type {
  CompletionEvents,
  ContentDeltaEvent,
  FunctionToolCallArgumentsDeltaEvent,
} from './completion-events.ts';
import { defineLive, PartialText } from './partial-text.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';

type EventName = keyof CompletionEvents;

/** The stream that emits the events. */
export interface Audience {
  /** The listeners, looked at before an event is put together, so that one without listeners costs nothing. */
  readonly _registered: ReadonlyMap<string, { size: number }>;
  _emit<Name extends EventName>(event: Name, ...args: Parameters<CompletionEvents<any>[Name]>): void;
}

type Delta = ChatCompletionChunk.Choice.Delta;
type Choice = ChatCompletionSnapshot.Choice;
type Call = ChatCompletionSnapshot.Choice.Message.ToolCall.FunctionToolCall;

interface CallProgress {
  text: PartialText;
  /** Whether it was looked at when another call began; see `leaveCall`. */
  left: boolean;
  done: boolean;
}

/**
 * Tells the events of one choice.
 *
 * A text is done when the choice has finished, or a tool call begins. A call's arguments are done when another call
 * begins and they are whole JSON, or else when the choice has finished, because calls may take turns. Each is done
 * once, after its deltas.
 */
export class ChoiceEvents {
  /** One promise for each finished text whose validator is still running. Its `done` event follows. */
  readonly pending: Promise<void>[] = [];
  /** The choice so far. */
  readonly choice: Choice;
  readonly #readers: Readers;
  readonly #audience: Audience;
  readonly #content = new PartialText();
  readonly #calls = new Map<number, CallProgress>();
  /** Indexes of the calls that have received a delta since their last `done` event. */
  readonly #open = new Set<number>();
  readonly #done = new Set<EventName>();
  #currentCall: number | undefined;
  readonly #names = new Reasoning();
  #reasoning = '';
  /** How much of it the `done` events so far have covered, in UTF-16 code units. */
  #reasoned = 0;

  constructor(choice: Choice, readers: Readers, audience: Audience) {
    this.choice = choice;
    this.#readers = readers;
    this.#audience = audience;
  }

  /** Adds a delta to the `parsed` values. Must be called before the events of its chunk are emitted. */
  collect({ content, tool_calls }: Delta): void {
    const { message } = this.choice;
    const reader = this.#readers.content;
    if (reader && content != null) {
      if (!Object.hasOwn(message, 'parsed')) {
        defineLive(message, 'parsed', () => made(this.#content.read(reader, null)));
      }
      this.#content.add(content);
    }
    for (const delta of tool_calls ?? []) {
      const piece = delta.function?.arguments;
      if (piece == null || piece === '') continue;
      const index = callIndex(delta);
      const progress = this.#progress(index);
      progress.text.add(piece);
      const called = this.#call(index)?.function;
      const reader = called && this.#readers.tool(called.name);
      if (reader && !Object.hasOwn(called, 'parsed_arguments')) {
        defineLive(called, 'parsed_arguments', () => made(progress.text.read(reader)));
      }
    }
  }

  /** Emits the events of a delta and of its tokens. Both are in the snapshot already. */
  tellDeltas(delta: Delta, tokens: ChatCompletionChunk.Choice['logprobs']): void {
    const { message, logprobs } = this.choice;
    const { content: text } = delta;
    const reasoning = addReasoning(this.#names, delta);
    if (reasoning) {
      this.#reasoning += reasoning;
      this.#audience._emit('reasoning.delta', { delta: reasoning, snapshot: this.#reasoning });
    }
    if (this.#reasoning && (delta.refusal || delta.tool_calls?.length || text)) {
      this.#tellReasoningDone();
    }
    if ((message.role ?? 'assistant') === 'assistant') {
      if (text != null && message.content) {
        this.#audience._emit('content', text, message.content);
        this.#contentDelta(text, message.content);
      }
      if (delta.refusal != null && message.refusal) {
        this.#audience._emit('refusal.delta', { delta: delta.refusal, snapshot: message.refusal });
      }
      const { content, refusal } = tokens ?? {};
      if (content)
        this.#audience._emit('logprobs.content.delta', { content, snapshot: logprobs?.content ?? [] });
      if (refusal)
        this.#audience._emit('logprobs.refusal.delta', { refusal, snapshot: logprobs?.refusal ?? [] });
    }
    const calls = delta.tool_calls ?? [];
    let lastOf: Map<number, number> | undefined;
    for (const [at, call] of calls.entries()) {
      const index = callIndex(call);
      const current = this.#currentCall;
      if (index !== current) {
        this.#tellTextsDone();
        lastOf ??= new Map(calls.map((each, position) => [callIndex(each), position]));
        // A call that goes on later in this chunk is not left.
        if (current !== undefined && !(lastOf.get(current)! > at)) this.#leaveCall(current);
        this.#currentCall = index;
      }
      this.#open.add(index);
      this.#argumentsDelta(index, call);
    }
  }

  /** Emits the `done` events not emitted so far. Must be called when the choice has finished. */
  tellDone(): void {
    this.#tellTextsDone();
    const indices = [...this.#open].sort((a, b) => a - b);
    this.#open.clear();
    for (const index of indices) this.#callDone(index);
  }

  #contentDelta(delta: string, snapshot: string): void {
    if (!this.#audience._registered.get('content.delta')?.size) return;
    const reader = this.#readers.content;
    const event = { delta, snapshot } as ContentDeltaEvent;
    if (reader) putLater(event, 'parsed', this.#content.read(reader, null));
    else event.parsed = undefined;
    this.#audience._emit('content.delta', event);
  }

  #argumentsDelta(index: number, delta: ChatCompletionChunk.Choice.Delta.ToolCall): void {
    const call = this.#call(index);
    if (!call) return;
    const { text } = this.#progress(index);
    if (!this.#audience._registered.get('tool_calls.function.arguments.delta')?.size) return;
    const { name, arguments: snapshot } = call.function;
    const arguments_delta = delta.function?.arguments ?? '';
    const reader = this.#readers.tool(name);
    const event = { name, index, arguments: snapshot } as FunctionToolCallArgumentsDeltaEvent;
    putLater(event, 'parsed_arguments', reader && text.read(reader));
    event.arguments_delta = arguments_delta;
    this.#audience._emit('tool_calls.function.arguments.delta', event);
  }

  #tellReasoningDone(): void {
    const reasoning = this.#reasoning;
    if (reasoning.length === this.#reasoned) return;
    this.#reasoned = reasoning.length;
    this.#audience._emit('reasoning.done', { reasoning });
  }

  #tellTextsDone(): void {
    this.#tellReasoningDone();
    const { message, logprobs } = this.choice;
    const { content, refusal } = message;
    if (content != null && (content || !(refusal || message.tool_calls?.length || message.function_call))) {
      if (this.#isFirst('content.done')) {
        const reader = this.#readers.content;
        this.#settle(reader && !refusal ? reader.parse(content, true) : null, (parsed) => {
          if (reader) define(message, 'parsed', parsed);
          this.#audience._emit('content.done', { content, parsed: parsed as null });
        });
      }
    }
    if (refusal) this.#once('refusal.done', { refusal });
    const { content: tokens, refusal: refusalTokens } = logprobs ?? {};
    if (tokens) this.#once('logprobs.content.done', { content: tokens });
    if (refusalTokens) this.#once('logprobs.refusal.done', { refusal: refusalTokens });
  }

  /** Another call has begun. Looks only once whether this one is whole, so that calls taking turns stay cheap. */
  #leaveCall(index: number): void {
    const progress = this.#progress(index);
    if (!progress.left && jsonOf(this.#call(index)?.function.arguments ?? '') !== undefined)
      this.#callDone(index);
    progress.left = true;
  }

  #callDone(index: number): void {
    const call = this.#call(index);
    const progress = this.#progress(index);
    if (!call || progress.done) return;
    progress.done = true;
    const { name, arguments: text } = call.function;
    const reader = this.#readers.tool(name);
    this.#settle(reader ? reader.parse(text, true) : null, (parsed_arguments) => {
      if (reader) define(call.function, 'parsed_arguments', parsed_arguments);
      this.#audience._emit('tool_calls.function.arguments.done', {
        name,
        index,
        arguments: text,
        parsed_arguments,
      });
    });
  }

  /** Calls `tell` with the value, now or once it is known. */
  #settle(value: unknown, tell: (value: unknown) => void): void {
    if (isPromise(value)) this.pending.push(quiet(value.then(tell)));
    else tell(value);
  }

  /** The function call with that number; undefined for other calls. */
  #call(index: number): Call | undefined {
    const call = callAt(this.choice.message.tool_calls ?? [], index) as Call | undefined;
    return call?.function && callType(call) === 'function' ? call : undefined;
  }

  #progress(index: number): CallProgress {
    let progress = this.#calls.get(index);
    if (!progress) this.#calls.set(index, (progress = { text: new PartialText(), left: false, done: false }));
    return progress;
  }

  #once<Name extends EventName>(event: Name, ...args: Parameters<CompletionEvents<any>[Name]>): void {
    if (this.#isFirst(event)) this.#audience._emit(event, ...args);
  }

  #isFirst(event: EventName): boolean {
    return !this.#done.has(event) && !!this.#done.add(event);
  }
}
