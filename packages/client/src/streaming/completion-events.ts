/** The events of a completion, and the arguments of their listeners. Types only. */

import type { ChatCompletionTokenLogprob } from '../types/completion.ts';

export interface ContentDeltaEvent {
  /** The text this chunk adds. */
  delta: string;
  /** All text of this choice so far, with `delta`. */
  snapshot: string;
  /**
   * The value of the structured content so far; null before there is one, undefined without a response format. It is
   * the value of that moment, even if you read it later. Values share their parts: do not modify them.
   */
  parsed: unknown;
}

export interface ContentDoneEvent<ParsedT = null> {
  /** The whole text. */
  content: string;
  /** Null if there is no response format, or the model refused. */
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
  /** The `index` of the call. If the server sends none, or the same for several calls, they are counted from 0. */
  index: number;
  /** All argument text so far, with `arguments_delta`. */
  arguments: string;
  /**
   * Like `parsed` of {@link ContentDeltaEvent}, for strict tools and tools from a helper. Undefined until something can
   * be parsed.
   */
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
  /** When something else follows, or the choice ends. Emitted again if the model resumes reasoning after that. */
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
