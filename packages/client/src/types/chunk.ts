/** One event of a streamed completion: what was added since the event before. */
import type { ChatCompletion, CompletionUsage } from './completion.ts';
import type { CompletionModeration } from './moderation.ts';
import type { ServiceTier } from './shared.ts';

/** A piece of a completion. Every chunk of one completion has the same `id`, `created` and `model`. */
export interface ChatCompletionChunk {
  /** The same in every chunk of one completion, and the id of the stored completion when `store` is true. */
  id: string;
  /** Choices that changed. Empty in the last chunk if usage was requested. */
  choices: Array<ChatCompletionChunk.Choice>;
  /** Unix time in seconds. */
  created: number;
  /** The model that responds: often a dated name where the request has an alias. */
  model: string;
  /** Tells a chunk from a completion. */
  object: 'chat.completion.chunk';
  /** Present when the request asked for moderation. */
  moderation?: ChatCompletionChunk.Moderation | null;
  /** Random padding that hides the length of the text from an observer of packet sizes; not part of the response. */
  obfuscation?: string;
  /** The tier that serves the request, which can differ from the one asked for. */
  service_tier?: ServiceTier;
  /** @deprecated Goes with `seed`. */
  system_fingerprint?: string;
  /**
   * For the whole request, in the last chunk, when `stream_options.include_usage` is set; `null` before. Lost when the
   * stream is cut. Some servers send a running value with every chunk.
   */
  usage?: CompletionUsage | null;
}

export declare namespace ChatCompletionChunk {
  export interface Choice {
    /** What this chunk adds to the message. */
    delta: Choice.Delta;
    /** Which choice this continues, from 0. */
    index: number;
    /** `null` until the choice ends; see {@link ChatCompletion.Choice.finish_reason}. */
    finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call' | null;
    /** Only for the tokens in this delta. */
    logprobs?: Choice.Logprobs | null;
  }

  export namespace Choice {
    /** Append strings to those of earlier deltas. */
    export interface Delta {
      /** The next piece of speech. Only when `modalities` of the request has `'audio'`. */
      audio?: Delta.Audio;
      /** The next piece of the text. */
      content?: string | null;
      /** @deprecated Replaced by `tool_calls`. */
      function_call?: Delta.FunctionCall;
      /** The next piece of the text in which the model declines. */
      refusal?: string | null;
      /** Usually in the first delta of a choice only. */
      role?: 'developer' | 'system' | 'user' | 'assistant' | 'tool';
      /** Pieces of tool calls. Match them by `index`: several calls can arrive interleaved. */
      tool_calls?: Array<Delta.ToolCall>;
    }

    export namespace Delta {
      export interface Audio {
        /** In the first piece only. Refers to this audio in later requests. */
        id?: string;
        /** Base64 of the next piece. Each piece is encoded by itself. */
        data?: string;
        /** Unix time in seconds. */
        expires_at?: number;
        /** The next piece of what is spoken, as text. */
        transcript?: string;
      }

      /** @deprecated Replaced by `tool_calls`. */
      export interface FunctionCall {
        /** The next piece of the JSON text. */
        arguments?: string;
        /** The function to call. In the first piece only. */
        name?: string;
      }

      export interface ToolCall {
        /** Which call of the message this continues, from 0. */
        index: number;
        /** In the first piece of a call only. */
        id?: string;
        /** Present when `type` is `'custom'`. */
        custom?: ToolCall.Custom;
        /** Present when `type` is `'function'`. */
        function?: ToolCall.Function;
        /** In the first piece of a call only. */
        type?: 'function' | 'custom';
      }

      export namespace ToolCall {
        export interface Custom {
          /** The next piece of the input. */
          input?: string;
          /** The tool to call. In the first piece of a call only. */
          name?: string;
        }

        export interface Function {
          /** The next piece of the JSON text. */
          arguments?: string;
          /** The function to call. In the first piece of a call only. */
          name?: string;
        }
      }
    }

    export type Logprobs = ChatCompletion.Choice.Logprobs;
  }

  export { type CompletionModeration as Moderation };
}
