/** Completions with typed values next to their texts: what `parse()` and the stream helpers resolve with. */
import type { ChatCompletion, ChatCompletionMessage } from './completion.ts';
import type { ChatCompletionCreateParamsNonStreaming } from './params.ts';
import type { ChatCompletionMessageCustomToolCall, ChatCompletionMessageFunctionToolCall } from './tools.ts';

/** The function of a call, with its arguments read. */
export interface ParsedFunction extends ChatCompletionMessageFunctionToolCall.Function {
  /** `null` when the function is neither strict nor made by a helper, and so was not parsed. */
  parsed_arguments?: unknown;
}

export interface ParsedFunctionToolCall extends ChatCompletionMessageFunctionToolCall {
  /** The function to call, with its arguments as text and parsed. */
  function: ParsedFunction;
}

/** Custom calls pass through unchanged: their input is text. */
export type ParsedChatCompletionMessageToolCall =
  | ParsedFunctionToolCall
  | ChatCompletionMessageCustomToolCall;

export interface ParsedChatCompletionMessage<ParsedT> extends ChatCompletionMessage {
  /** `null` without a JSON Schema response format, on a refusal, and when the message only calls tools. */
  parsed: ParsedT | null;
  /** Tool calls of the message. Arguments of strict functions, and of tools made by a helper, are parsed. */
  tool_calls?: Array<ParsedChatCompletionMessageToolCall>;
}

export interface ParsedChoice<ParsedT> extends ChatCompletion.Choice {
  /** The message, with its content parsed. */
  message: ParsedChatCompletionMessage<ParsedT>;
}

export interface ParsedChatCompletion<ParsedT> extends ChatCompletion {
  /** The choices, each with a parsed message. */
  choices: Array<ParsedChoice<ParsedT>>;
}

export type ChatCompletionParseParams = ChatCompletionCreateParamsNonStreaming;
