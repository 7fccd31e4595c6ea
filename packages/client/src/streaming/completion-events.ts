/** The named events of a completion, choice by choice: which chunk causes which, and in what order. */

import { contentText } from '../stream/text.ts';
import { callType, readReasoning } from '../structured/odd-shapes.ts';
import type { Readers } from '../structured/readers.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletionTokenLogprob } from '../types/completion.ts';
import { jsonOf, jsonText } from '../wire/json.ts';
import { made, putLater } from '../wire/later.ts';
import { define } from '../wire/put.ts';
import { isPromise, quiet } from '../wire/quiet.ts';
import { deltaOf } from './accumulate.ts';
import { defineLive, PartialText } from './partial-text.ts';
import { Reasoning } from './reasoning.ts';
import type { ChatCompletionSnapshot } from './snapshot.ts';
import { callAt, callIndex } from './tool-call-places.ts';

export interface ContentDeltaEvent {
  /** The text this chunk adds. */
  delta: string;
  /** All text of this choice so far, with `delta`. */
  snapshot: string;
  /**
   * What can be read of structured content so far, null before anything can; undefined when none was asked for. It is
   * the value of that moment whenever it is looked at. Readings share their parts: do not write into them.
   */
  parsed: unknown;
}

export interface ContentDoneEvent<ParsedT = null> {
  /** The whole text. */
  content: string;
  /** Null when nothing was asked to be parsed, or the model refused. */
  parsed: ParsedT | null;
}

export interface RefusalDeltaEvent {
  /** The text this chunk adds. */
  delta: string;
  /** The text so far. */
  snapshot: string;
}

export interface RefusalDoneEvent {
  /** The whole text in which the model declined. */
  refusal: string;
}

export interface ReasoningDeltaEvent {
  /** The text this chunk adds. */
  delta: string;
  /** All reasoning of this choice so far, with `delta`. */
  snapshot: string;
}

export interface ReasoningDoneEvent {
  /** All reasoning of this choice. */
  reasoning: string;
}

export interface FunctionToolCallArgumentsDeltaEvent {
  /** The function to call. */
  name: string;
  /** The `index` the call came with; counts from 0 in order where the server gives none, or the same to several. */
  index: number;
  /** All argument text so far, with `arguments_delta`. */
  arguments: string;
  /** As `parsed` of {@link ContentDeltaEvent}, for strict and helper-made tools; undefined before anything can be read. */
  parsed_arguments: unknown;
  /** The JSON text this chunk adds. */
  arguments_delta: string;
}

export interface FunctionToolCallArgumentsDoneEvent {
  /** The function to call. */
  name: string;
  /** Position of the call in the message, from 0. */
  index: number;
  /** The whole JSON text. */
  arguments: string;
  /** Null unless the tool is strict or helper-made. */
  parsed_arguments: unknown;
}

export interface LogProbsContentDeltaEvent {
  /** One entry for each token of the text this chunk adds. */
  content: Array<ChatCompletionTokenLogprob>;
  /** The list that grows with the completion. */
  snapshot: Array<ChatCompletionTokenLogprob>;
}

export interface LogProbsContentDoneEvent {
  /** One entry for each token of the text. */
  content: Array<ChatCompletionTokenLogprob>;
}

export interface LogProbsRefusalDeltaEvent {
  /** One entry for each token of the refusal this chunk adds. */
  refusal: Array<ChatCompletionTokenLogprob>;
  /** The list that grows with the completion. */
  snapshot: Array<ChatCompletionTokenLogprob>;
}

export interface LogProbsRefusalDoneEvent {
  /** One entry for each token of the refusal. */
  refusal: Array<ChatCompletionTokenLogprob>;
}

/** The events of this file, by name. */
export interface CompletionEvents<ParsedT = null> {
  /** A fragment of text, and all text so far. */
  content: (contentDelta: string, contentSnapshot: string) => void;
  /** A fragment of text, with the text and its parsed value so far. */
  'content.delta': (event: ContentDeltaEvent) => void;
  /** The text is whole and, with a response format, parsed. */
  'content.done': (event: ContentDoneEvent<ParsedT>) => void;
  /** A fragment of a refusal, with the refusal so far. */
  'refusal.delta': (event: RefusalDeltaEvent) => void;
  /** The refusal is whole. */
  'refusal.done': (event: RefusalDoneEvent) => void;
  /** A fragment of the model's reasoning, under whichever name the server sends it. */
  'reasoning.delta': (event: ReasoningDeltaEvent) => void;
  /** When something else follows, or the choice ends; again if the model went on reasoning after that. */
  'reasoning.done': (event: ReasoningDoneEvent) => void;
  /** A fragment of a call's arguments, with the text and its parsed value so far. */
  'tool_calls.function.arguments.delta': (event: FunctionToolCallArgumentsDeltaEvent) => void;
  /** The arguments of a call are whole and, for strict functions and helper-made tools, parsed. */
  'tool_calls.function.arguments.done': (event: FunctionToolCallArgumentsDoneEvent) => void;
  /** Log-probabilities of a fragment of text. */
  'logprobs.content.delta': (event: LogProbsContentDeltaEvent) => void;
  /** Log-probabilities of the whole text. */
  'logprobs.content.done': (event: LogProbsContentDoneEvent) => void;
  /** Log-probabilities of a fragment of a refusal. */
  'logprobs.refusal.delta': (event: LogProbsRefusalDeltaEvent) => void;
  /** Log-probabilities of the whole refusal. */
  'logprobs.refusal.done': (event: LogProbsRefusalDoneEvent) => void;
}

type EventName = keyof CompletionEvents;

/** Who hears the events. Asked before an event is put together, so that nobody's events cost nothing. */
export interface Audience {
  hears(event: EventName): boolean;
  tell<Name extends EventName>(event: Name, ...args: Parameters<CompletionEvents<any>[Name]>): void;
}

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
  readonly #choice: Choice;
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
    this.#choice = choice;
    this.#readers = readers;
    this.#audience = audience;
  }

  /** Notes what a chunk brought for `parsed` values. To be called before anybody is told of the chunk. */
  collect(part: ChatCompletionChunk.Choice): void {
    const { message } = this.#choice;
    const { content, tool_calls } = deltaOf(part);
    const reader = this.#readers.content;
    const text = contentText(content);
    if (reader && text != null) {
      if (!Object.hasOwn(message, 'parsed')) {
        defineLive(message, 'parsed', () => made(this.#content.read(reader, null)));
      }
      this.#content.add(text);
    }
    for (const delta of tool_calls ?? []) {
      const piece = delta.function?.arguments;
      if (piece == null || piece === '') continue;
      const index = callIndex(delta);
      const progress = this.#progress(index);
      progress.text.add(jsonText(piece));
      const called = this.#call(index)?.function;
      const reader = called && this.#readers.tool(called.name);
      if (reader && !Object.hasOwn(called, 'parsed_arguments')) {
        defineLive(called, 'parsed_arguments', () => made(progress.text.read(reader)));
      }
    }
  }

  /** Tells what a chunk brought, which is already in the snapshot. */
  tellDeltas(part: ChatCompletionChunk.Choice): void {
    const { message, logprobs } = this.#choice;
    const delta = deltaOf(part);
    let reasoning = '';
    readReasoning(delta, (name, text) => (reasoning += this.#names.add(name, text)));
    if (reasoning) {
      this.#reasoning += reasoning;
      this.#tell('reasoning.delta', { delta: reasoning, snapshot: this.#reasoning });
    }
    if (this.#reasoning && (delta.refusal || delta.tool_calls?.length || contentText(delta.content))) {
      this.#tellReasoningDone();
    }
    if ((message.role ?? 'assistant') === 'assistant') {
      const text = contentText(delta.content);
      if (text != null && message.content) {
        this.#tell('content', text, message.content);
        this.#contentDelta(text, message.content);
      }
      if (delta.refusal != null && message.refusal) {
        this.#tell('refusal.delta', { delta: delta.refusal, snapshot: message.refusal });
      }
      const { content, refusal } = part.logprobs ?? {};
      if (content) this.#tell('logprobs.content.delta', { content, snapshot: logprobs?.content ?? [] });
      if (refusal) this.#tell('logprobs.refusal.delta', { refusal, snapshot: logprobs?.refusal ?? [] });
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

  /** Tells what has not been told as done. To be called when the choice has finished. */
  tellDone(): void {
    this.#tellTextsDone();
    const indices = [...this.#open].sort((a, b) => a - b);
    this.#open.clear();
    for (const index of indices) this.#callDone(index);
  }

  #contentDelta(delta: string, snapshot: string): void {
    if (!this.#audience.hears('content.delta')) return;
    const reader = this.#readers.content;
    const event = { delta, snapshot } as ContentDeltaEvent;
    putLater(event, 'parsed', reader && this.#content.read(reader, null));
    this.#tell('content.delta', event);
  }

  #argumentsDelta(index: number, delta: ChatCompletionChunk.Choice.Delta.ToolCall): void {
    const call = this.#call(index);
    if (!call) return;
    const { text } = this.#progress(index);
    if (!this.#audience.hears('tool_calls.function.arguments.delta')) return;
    const { name, arguments: snapshot } = call.function;
    const arguments_delta = jsonText(delta.function?.arguments ?? '');
    const reader = this.#readers.tool(name);
    const event = { name, index, arguments: snapshot } as FunctionToolCallArgumentsDeltaEvent;
    putLater(event, 'parsed_arguments', reader && text.read(reader));
    event.arguments_delta = arguments_delta;
    this.#tell('tool_calls.function.arguments.delta', event);
  }

  #tellReasoningDone(): void {
    const reasoning = this.#reasoning;
    if (reasoning.length === this.#reasoned) return;
    this.#reasoned = reasoning.length;
    this.#tell('reasoning.done', { reasoning });
  }

  #tellTextsDone(): void {
    this.#tellReasoningDone();
    const { message, logprobs } = this.#choice;
    const { content, refusal } = message;
    if (content != null && (content || !(refusal || message.tool_calls?.length || message.function_call))) {
      if (this.#isFirst('content.done')) {
        const reader = this.#readers.content;
        this.#settle(reader && !refusal ? reader.parse(content, true) : null, (parsed) => {
          if (reader) define(message, 'parsed', parsed);
          this.#tell('content.done', { content, parsed: parsed as null });
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
      this.#tell('tool_calls.function.arguments.done', { name, index, arguments: text, parsed_arguments });
    });
  }

  /** Gives `tell` the value, now or when it is there. */
  #settle(value: unknown, tell: (value: unknown) => void): void {
    if (isPromise(value)) this.pending.push(quiet(value.then(tell)));
    else tell(value);
  }

  /** The function call with that number; undefined for other calls. */
  #call(index: number): Call | undefined {
    const call = callAt(this.#choice.message.tool_calls ?? [], index) as Call | undefined;
    return call?.function && callType(call) === 'function' ? call : undefined;
  }

  #progress(index: number): CallProgress {
    let progress = this.#calls.get(index);
    if (!progress) this.#calls.set(index, (progress = { text: new PartialText(), left: false, done: false }));
    return progress;
  }

  #once<Name extends EventName>(event: Name, ...args: Parameters<CompletionEvents<any>[Name]>): void {
    if (this.#isFirst(event)) this.#tell(event, ...args);
  }

  #isFirst(event: EventName): boolean {
    return !this.#done.has(event) && !!this.#done.add(event);
  }

  #tell<Name extends EventName>(event: Name, ...args: Parameters<CompletionEvents<any>[Name]>): void {
    this.#audience.tell(event, ...args);
  }
}
