/** A finished completion: its choices, messages, log-probabilities and usage. */
import type { CompletionModeration } from './moderation.ts';
import type { Metadata, ServiceTier } from './shared.ts';
import type { ChatCompletionMessageToolCall } from './tools.ts';

/** The response of a model to one request. */
export interface ChatCompletion {
  /** Unique; what `retrieve`, `update` and `delete` take when the completion is stored. */
  id: string;
  /** `n` of the request says how many; the order is by `index`. */
  choices: Array<ChatCompletion.Choice>;
  /** Unix time in seconds. */
  created: number;
  /** The model that was used: often a dated name where the request had an alias. */
  model: string;
  /** Always `chat.completion`; a chunk has `chat.completion.chunk`. */
  object: 'chat.completion';
  /** Present on stored completions. */
  metadata?: Metadata | null;
  /** Present when the request asked for moderation. */
  moderation?: ChatCompletion.Moderation | null;
  /** The tier that served the request, which can differ from the one asked for. */
  service_tier?: ServiceTier;
  /**
   * Names the backend configuration, to explain why the same `seed` gave another result.
   *
   * @deprecated Goes with `seed`.
   */
  system_fingerprint?: string;
  /** Tokens counted for the whole request, all choices together. Some servers leave it out. */
  usage?: CompletionUsage;
}

export declare namespace ChatCompletion {
  export interface Choice {
    /**
     * `'stop'`: the end, or a stop sequence. `'length'`: `max_completion_tokens` or the context ran out, so the text is
     * cut. `'tool_calls'`: the model waits for tools. `'content_filter'`: text was withheld. `'function_call'`: as
     * `'tool_calls'`, in the form before tools existed.
     */
    finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';
    /** Position among the choices, from 0. */
    index: number;
    /** `null` unless the request set `logprobs`. */
    logprobs: Choice.Logprobs | null;
    /** What the model wrote: text, a refusal or tool calls. */
    message: ChatCompletionMessage;
  }

  export namespace Choice {
    /** One entry per token, in order. */
    export interface Logprobs {
      /** Tokens of the message's `content`; `null` when it has none. */
      content: Array<ChatCompletionTokenLogprob> | null;
      /** Tokens of the message's `refusal`; `null` when it has none. */
      refusal: Array<ChatCompletionTokenLogprob> | null;
    }
  }

  export { type CompletionModeration as Moderation };
}

/** A message written by the model. */
export interface ChatCompletionMessage {
  /** `null` when the message consists of tool calls or a refusal. */
  content: string | null;
  /** Why the model refused; `null` if it did not. */
  refusal: string | null;
  /** The model's own role, so that the message can be sent back as it is. */
  role: 'assistant';
  /** Sources, when web search was used. */
  annotations?: Array<ChatCompletionMessage.Annotation>;
  /** Present when `modalities` of the request has `'audio'`. */
  audio?: ChatCompletionAudio | null;
  /** @deprecated Replaced by `tool_calls`. */
  function_call?: ChatCompletionMessage.FunctionCall | null;
  /** Calls the model asks for; each expects a tool message in the next request. */
  tool_calls?: Array<ChatCompletionMessageToolCall>;
}

export declare namespace ChatCompletionMessage {
  export interface Annotation {
    /** The kind of annotation; a citation is the only one. */
    type: 'url_citation';
    /** The cited page, and the part of the text it supports. */
    url_citation: Annotation.URLCitation;
  }

  export namespace Annotation {
    /** Positions count characters of the message's `content`. */
    export interface URLCitation {
      /** Position of the last character that the page supports. */
      end_index: number;
      /** Position of the first character that the page supports, from 0. */
      start_index: number;
      /** Title of the page. */
      title: string;
      /** Address of the page. */
      url: string;
    }
  }

  /** @deprecated Replaced by `tool_calls`. */
  export interface FunctionCall {
    /** A JSON text written by the model; may be invalid. */
    arguments: string;
    /** The function to call. */
    name: string;
  }
}

/** Speech produced by the model. */
export interface ChatCompletionAudio {
  /** Stands for this audio in the assistant message of a later request. */
  id: string;
  /** Base64, in the format the request asked for. */
  data: string;
  /** Unix time in seconds; `id` is unknown to the server afterwards. */
  expires_at: number;
  /** What is spoken, as text. */
  transcript: string;
}

/** How likely one token was, and which others were likely at its place. */
export interface ChatCompletionTokenLogprob {
  /** The token as text. */
  token: string;
  /** UTF-8 bytes; a character may be spread over several tokens. `null` when the token has no byte form. */
  bytes: Array<number> | null;
  /** Natural logarithm of the probability; -9999 stands for "too unlikely to say". */
  logprob: number;
  /** The likeliest tokens at this place, at most `top_logprobs` of the request, sometimes fewer. */
  top_logprobs: Array<ChatCompletionTokenLogprob.TopLogprob>;
}

export declare namespace ChatCompletionTokenLogprob {
  export interface TopLogprob {
    /** The token as text. */
    token: string;
    /** UTF-8 bytes; a character may be spread over several tokens. `null` when the token has no byte form. */
    bytes: Array<number> | null;
    /** Natural logarithm of the probability; -9999 stands for "too unlikely to say". */
    logprob: number;
  }
}

/** Tokens read and written for one request; the unit of billing. */
export interface CompletionUsage {
  /** Written by the model, reasoning included. */
  completion_tokens: number;
  /** Read by the model. */
  prompt_tokens: number;
  /** Sum of the two. */
  total_tokens: number;
  /** What `completion_tokens` consists of. Many other servers leave it out. */
  completion_tokens_details?: CompletionUsage.CompletionTokensDetails;
  /** What `prompt_tokens` consists of. Many other servers leave it out. */
  prompt_tokens_details?: CompletionUsage.PromptTokensDetails;
}

export declare namespace CompletionUsage {
  /** Parts of `completion_tokens`. */
  export interface CompletionTokensDetails {
    /** Tokens of `prediction` that the response contains. */
    accepted_prediction_tokens?: number;
    /** Speech, in tokens. Only with models that speak. */
    audio_tokens?: number;
    /** Thinking that is billed but not shown. */
    reasoning_tokens?: number;
    /** Tokens of `prediction` that the response does not contain; billed all the same. */
    rejected_prediction_tokens?: number;
    /** Text, in tokens. Only with models that also write something else. */
    text_tokens?: number;
  }

  /** Parts of `prompt_tokens`. */
  export interface PromptTokensDetails {
    /** Audio in the messages, in tokens. */
    audio_tokens?: number;
    /** Stored in the prompt cache by this request. */
    cache_write_tokens?: number;
    /** Found in the prompt cache. */
    cached_tokens?: number;
    /** Images in the messages, in tokens. */
    image_tokens?: number;
    /** Text in the messages, in tokens. */
    text_tokens?: number;
  }
}
