/** Wire shapes of `/completions`, the older endpoint that continues a text. */
import type { CompletionUsage } from './completion.ts';
import type { ChatCompletionStreamOptions } from './params.ts';

/** A response, or one chunk of a streamed one: both have the same shape. */
export interface Completion {
  /** The same in every chunk of one completion. */
  id: string;
  /** One for each prompt and each of `n`. */
  choices: Array<CompletionChoice>;
  /** Unix seconds. */
  created: number;
  /** The model that wrote the text. */
  model: string;
  /** Marks a text completion, streamed or not. */
  object: 'text_completion';
  /** Changes when the configuration behind the model does. Compare it when you use `seed`. */
  system_fingerprint?: string;
  /** Tokens of the whole request. In a stream, only in the last chunk, when `include_usage` is set. */
  usage?: CompletionUsage;
}

export interface CompletionChoice {
  /** Why the text ends: naturally or at a stop sequence, at the token limit, or because text was withheld. */
  finish_reason: 'stop' | 'length' | 'content_filter';
  /** Position among the choices, from 0. */
  index: number;
  /** `null` unless the request set `logprobs`. */
  logprobs: CompletionChoice.Logprobs | null;
  /** The text, or the next piece of it in a chunk. */
  text: string;
}

export declare namespace CompletionChoice {
  /** Lists with one item for each token. */
  export interface Logprobs {
    /** Where each token begins, in characters. */
    text_offset?: Array<number>;
    /** Natural logarithm of the probability of each token. */
    token_logprobs?: Array<number>;
    /** Each token as text. */
    tokens?: Array<string>;
    /** For each place the likeliest tokens, with the logarithms of their probabilities. */
    top_logprobs?: Array<{ [key: string]: number }>;
  }
}

export type CompletionCreateParams = CompletionCreateParamsNonStreaming | CompletionCreateParamsStreaming;

export interface CompletionCreateParamsBase {
  /** Name of the model; any string, since servers have models of their own. */
  model: (string & {}) | 'gpt-3.5-turbo-instruct' | 'davinci-002' | 'babbage-002';
  /** A text, a text as token ids, or a list of either. `null` starts a new document. */
  prompt: string | Array<string> | Array<number> | Array<Array<number>> | null;
  /**
   * How many completions the server generates for each prompt. It returns the best `n` of them, by log probability per
   * token, so `best_of` must be greater than `n`. Cannot be streamed. Default 1.
   */
  best_of?: number | null;
  /** Whether the text begins with the prompt. Default `false`. */
  echo?: boolean | null;
  /** -2 to 2. Positive values make tokens less likely the more often the text already has them. Default 0. */
  frequency_penalty?: number | null;
  /** Token id to a bias of -100 to 100, which is added to the token's logit. */
  logit_bias?: { [key: string]: number } | null;
  /** For how many of the likeliest tokens log probabilities are returned at each position; at most 5. */
  logprobs?: number | null;
  /** The most tokens to generate for each completion. */
  max_tokens?: number | null;
  /** Completions for each prompt. Default 1. */
  n?: number | null;
  /** -2 to 2. Positive values make tokens less likely once the text has them. Default 0. */
  presence_penalty?: number | null;
  /** Makes the server try to return the same text for the same request. */
  seed?: number | null;
  /** Up to four texts that end the completion. They are not part of it. */
  stop?: string | Array<string> | null;
  /** Whether the response is a stream of chunks. Default `false`. */
  stream?: boolean | null;
  /** Only with `stream: true`. */
  stream_options?: ChatCompletionStreamOptions | null;
  /** The text that follows the completion, for models that insert. */
  suffix?: string | null;
  /** 0 to 2; higher is more random. Default 1. */
  temperature?: number | null;
  /** 0 to 1: only the likeliest tokens, up to this sum of probability, are considered. Default 1. */
  top_p?: number | null;
  /** Identifies your end user to the provider. */
  user?: string;
}

export declare namespace CompletionCreateParams {
  export { type CompletionCreateParamsNonStreaming, type CompletionCreateParamsStreaming };
}

export interface CompletionCreateParamsNonStreaming extends CompletionCreateParamsBase {
  /** Whether the response is a stream of chunks. Default `false`. */
  stream?: false | null;
}

export interface CompletionCreateParamsStreaming extends CompletionCreateParamsBase {
  /** The response is a stream of chunks. */
  stream: true;
}
