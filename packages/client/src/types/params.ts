/** What a chat completion can be asked for: every parameter of `create`, with its range and default. */
import type { ChatCompletionContentPartText, ChatCompletionMessageParam } from './messages.ts';
import type {
  ChatModel,
  FunctionParameters,
  Metadata,
  ReasoningEffort,
  ResponseFormatJSONObject,
  ResponseFormatJSONSchema,
  ResponseFormatText,
  ServiceTier,
} from './shared.ts';
import type {
  ChatCompletionFunctionCallOption,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
} from './tools.ts';

/** Parameters of `create`. `stream` decides whether a completion or a stream of chunks comes back. */
export type ChatCompletionCreateParams =
  | ChatCompletionCreateParamsNonStreaming
  | ChatCompletionCreateParamsStreaming;

/**
 * Parameters of `create`, with `stream` still open.
 *
 * Ranges are the ones the API enforces; nothing is checked before sending. Where `null` is allowed it means the default.
 */
export interface ChatCompletionCreateParamsBase {
  /** The conversation so far, oldest first; at least one message. */
  messages: Array<ChatCompletionMessageParam>;
  /** Name of the model; any string, since servers have models of their own. */
  model: (string & {}) | ChatModel;
  /** How speech is to be encoded and voiced. Required when `modalities` has `'audio'`. */
  audio?: ChatCompletionAudioParam | null;
  /** -2 to 2, default 0. Positive values make a token less likely each time it occurs: less repetition. */
  frequency_penalty?: number | null;
  /** @deprecated Replaced by `tool_choice`. */
  function_call?: 'none' | 'auto' | ChatCompletionFunctionCallOption;
  /** @deprecated Replaced by `tools`. */
  functions?: Array<ChatCompletionCreateParams.Function>;
  /**
   * Token id to a number added to its logit before sampling: -100 to 100. Around 1 it nudges; -100 bans and 100 forces.
   */
  logit_bias?: { [key: string]: number } | null;
  /** Whether to return how likely each token was. Default `false`. */
  logprobs?: boolean | null;
  /** Upper bound of tokens written, reasoning included. */
  max_completion_tokens?: number | null;
  /** @deprecated Replaced by `max_completion_tokens`; reasoning models refuse it. Many other servers know only this one. */
  max_tokens?: number | null;
  /** Labels kept with the completion when `store` is true. */
  metadata?: Metadata | null;
  /** What the response may consist of. Default `['text']`; audio needs a model that speaks. */
  modalities?: Array<'text' | 'audio'> | null;
  /** Moderates the messages and the response in the same call. */
  moderation?: ChatCompletionCreateParams.Moderation | null;
  /** How many choices, 1 to 128; default 1. All of them are billed. */
  n?: number | null;
  /** Whether the model may ask for several tool calls in one message. Default `true`. */
  parallel_tool_calls?: boolean;
  /** Text that the response will mostly repeat, such as the file being edited; makes it arrive sooner. */
  prediction?: ChatCompletionPredictionContent | null;
  /** -2 to 2, default 0. Positive values make tokens that occurred at all less likely: new topics. */
  presence_penalty?: number | null;
  /** Requests with the same key are routed together, which makes their shared prefix hit the prompt cache. */
  prompt_cache_key?: string | null;
  /**
   * Which prefixes of the prompt are cached, and for how long. Only models with explicit caching read it.
   * Default: the server caches long prompts by itself.
   */
  prompt_cache_options?: ChatCompletionCreateParams.PromptCacheOptions;
  /** @deprecated Replaced by `prompt_cache_options.ttl`. */
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  /**
   * How much a reasoning model thinks before it responds. Less is faster and costs fewer tokens. Levels and
   * default depend on the model; models without reasoning refuse it.
   */
  reasoning_effort?: ReasoningEffort | null;
  /** What the content has to look like. Default: text. */
  response_format?: ResponseFormatText | ResponseFormatJSONSchema | ResponseFormatJSONObject;
  /** A stable name for the end user, at most 128 characters; hash it. Helps the provider find abuse. */
  safety_identifier?: string | null;
  /**
   * Best effort to give the same response to the same request.
   *
   * @deprecated
   */
  seed?: number | null;
  /** Default `'auto'`. */
  service_tier?: ServiceTier;
  /** Up to 4 texts that end the response; they are not part of it. Reasoning models refuse it. */
  stop?: string | Array<string> | null;
  /** Whether the server keeps the completion, to be listed and retrieved later. Default `false` for requests that do not say. */
  store?: boolean | null;
  /** Whether the response arrives as a stream of chunks. Default `false`. */
  stream?: boolean | null;
  /** Only together with `stream: true`. */
  stream_options?: ChatCompletionStreamOptions | null;
  /** 0 to 2, default 1. Lower is more predictable. Change this or `top_p`, not both. */
  temperature?: number | null;
  /**
   * Whether the model may call tools, must, or must not, and which. Default: `'auto'` when there are tools,
   * `'none'` otherwise.
   */
  tool_choice?: ChatCompletionToolChoiceOption;
  /** Tools the model may call; at most 128. */
  tools?: Array<ChatCompletionTool>;
  /** How many alternatives to return per token, 0 to 20. Needs `logprobs: true`. */
  top_logprobs?: number | null;
  /** 0 to 1, default 1: sample only from the likeliest tokens that together have this probability. */
  top_p?: number | null;
  /** @deprecated Split into `safety_identifier` and `prompt_cache_key`. */
  user?: string;
  /** How verbose the response is. Default `'medium'`. */
  verbosity?: 'low' | 'medium' | 'high' | null;
  /** Lets the model search the web before it responds; needs a search model. */
  web_search_options?: ChatCompletionCreateParams.WebSearchOptions;
}

/** Parameters whose response is one completion. */
export interface ChatCompletionCreateParamsNonStreaming extends ChatCompletionCreateParamsBase {
  /** `create` resolves with one completion. Default `false`. */
  stream?: false | null;
}

/** Parameters whose response is a stream of chunks. */
export interface ChatCompletionCreateParamsStreaming extends ChatCompletionCreateParamsBase {
  /** `create` resolves with a stream of chunks. */
  stream: true;
}

export declare namespace ChatCompletionCreateParams {
  /** @deprecated Replaced by function tools. */
  export interface Function {
    /** Letters, digits, underscores and dashes; at most 64 characters. */
    name: string;
    /** What the function does: the model decides by this text when and how to call it. */
    description?: string;
    /** JSON Schema of the arguments. Left out, the function takes none. */
    parameters?: FunctionParameters;
  }

  export interface Moderation {
    /** The model that judges. */
    model: string;
    /** What happens on a finding. Default: it is only reported. */
    policy?: ChatCompletionCreateParams.Moderation.Policy | null;
  }

  export namespace Moderation {
    export interface Policy {
      /** What happens on a finding in the messages. Default: it is reported. */
      input?: Policy.Input | null;
      /** What happens on a finding in the message of the model. Default: it is reported. */
      output?: Policy.Output | null;
    }

    export namespace Policy {
      /** `'score'` reports what was found in the messages, `'block'` refuses the request. */
      export interface Input {
        /** `'score'` reports the finding, `'block'` refuses the request. */
        mode: 'score' | 'block';
      }

      /** `'score'` reports what was found in the response, `'block'` withholds it. */
      export interface Output {
        /** `'score'` reports the finding, `'block'` withholds the message. */
        mode: 'score' | 'block';
      }
    }
  }

  export interface PromptCacheOptions {
    /**
     * `'implicit'`: the server chooses what to cache, besides the breakpoints marked. `'explicit'`: only prefixes that
     * end at a `prompt_cache_breakpoint` are cached.
     */
    mode?: 'implicit' | 'explicit';
    /** How long at least cached prefixes live. */
    ttl?: '30m';
  }

  export interface WebSearchOptions {
    /** How much of what was found the model reads. Default `'medium'`. */
    search_context_size?: 'low' | 'medium' | 'high';
    /** Where results should be relevant. */
    user_location?: WebSearchOptions.UserLocation | null;
  }

  export namespace WebSearchOptions {
    export interface UserLocation {
      /** The location, as precise as you like. */
      approximate: UserLocation.Approximate;
      /** An approximate location is the only kind. */
      type: 'approximate';
    }

    export namespace UserLocation {
      export interface Approximate {
        /** Free text. */
        city?: string;
        /** Two letters of ISO 3166-1. */
        country?: string;
        /** Free text. */
        region?: string;
        /** An IANA name such as `Europe/Vienna`. */
        timezone?: string;
      }
    }
  }

  export { type ChatCompletionCreateParamsNonStreaming, type ChatCompletionCreateParamsStreaming };
}

/** Parameters of the stream helper, which sets `stream` itself. */
export type ChatCompletionStreamParams = Omit<ChatCompletionCreateParamsBase, 'stream'> & {
  /** Set by the helper; `true` is accepted. */
  stream?: true;
};

export interface ChatCompletionStreamOptions {
  /**
   * Whether chunks carry padding against reading their length off the network. Default `true`; turn it off to save
   * bandwidth where the network is trusted.
   */
  include_obfuscation?: boolean;
  /** Whether one more chunk, without choices, reports usage at the end. Default `false`. */
  include_usage?: boolean;
}

/** How speech is encoded and voiced. */
export interface ChatCompletionAudioParam {
  /** Streams support `'pcm16'` only. */
  format: 'wav' | 'aac' | 'mp3' | 'flac' | 'opus' | 'pcm16';
  /** A built-in voice, or a custom one by its id. */
  voice:
    | string
    | 'alloy'
    | 'ash'
    | 'ballad'
    | 'coral'
    | 'echo'
    | 'sage'
    | 'shimmer'
    | 'verse'
    | 'marin'
    | 'cedar'
    | ChatCompletionAudioParam.ID;
}

export declare namespace ChatCompletionAudioParam {
  export interface ID {
    /** Id of a custom voice. */
    id: string;
  }
}

export type ChatCompletionModality = 'text' | 'audio';

/** Text known beforehand. Parts that the response does not repeat are billed as well. */
export interface ChatCompletionPredictionContent {
  /** The expected text; as parts, text only. */
  content: string | Array<ChatCompletionContentPartText>;
  /** The kind of prediction; known text is the only one. */
  type: 'content';
}

export type ChatCompletionReasoningEffort = ReasoningEffort | null;
