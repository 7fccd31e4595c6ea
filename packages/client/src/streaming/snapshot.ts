/** The shape of a completion that is still arriving. Types only. */

import type { ChatCompletion, ChatCompletionAudio, CompletionUsage } from '../types/completion.ts';
import type { ChatCompletionRole } from '../types/messages.ts';

/**
 * Everything received so far: one object per completion, which grows in place. Fields that no chunk has sent are absent.
 */
export interface ChatCompletionSnapshot {
  /** Id of the completion. */
  id: string;
  /** In order of `index`, without holes: a choice is inserted when its first delta arrives. */
  choices: Array<ChatCompletionSnapshot.Choice>;
  /** Unix seconds. */
  created: number;
  /** The model that responds: often a dated name where the request has an alias. */
  model: string;
  /** Names the backend configuration. */
  system_fingerprint?: string;
  /** Usually in the last chunk, if the request has `stream_options.include_usage`. */
  usage?: CompletionUsage | null;
}

export declare namespace ChatCompletionSnapshot {
  export interface Choice {
    /** The message so far. */
    message: Choice.Message;
    /** `null` until the choice ends. */
    finish_reason: ChatCompletion.Choice['finish_reason'] | null;
    /** Log-probabilities of the tokens so far; `null` unless the request set `logprobs`. */
    logprobs: ChatCompletion.Choice.Logprobs | null;
    /** Number of the choice, from 0. */
    index: number;
  }

  export namespace Choice {
    export interface Message {
      /** Unset until a delta has a string, which may be empty. */
      content?: string | null;
      /** Speech so far. */
      audio?: Partial<ChatCompletionAudio> | null;
      /** The text so far in which the model declines. */
      refusal?: string | null;
      /** The value so far of structured content; read from the text when asked for. */
      parsed?: unknown;
      /** The call so far, in the form before tools existed. */
      function_call?: Message.FunctionCall;
      /** In order of the deltas' `index`, without holes. */
      tool_calls?: Array<Message.ToolCall>;
      /** Usually `'assistant'`, from the first delta on. */
      role?: ChatCompletionRole;
      /** Text of reasoning, as DeepSeek and others send it. */
      reasoning_content?: string | null;
      /** Text of reasoning, as OpenRouter, Groq, Ollama and others send it. */
      reasoning?: string | null;
      /** Text of reasoning, as GitHub Copilot sends it. */
      reasoning_text?: string | null;
    }

    export namespace Message {
      export type ToolCall = ToolCall.FunctionToolCall | ToolCall.CustomToolCall;

      export namespace ToolCall {
        export interface FunctionToolCall {
          /** Absent until the server sends one; `complete` makes one up if it never does. */
          id: string;
          /** The function to call, and its arguments so far. */
          function: ToolCall.Function;
          /** Marks a call of a function. */
          type: 'function';
        }

        export interface Function {
          /** JSON text, cut anywhere. */
          arguments: string;
          /** The value so far of the arguments of a strict or helper-made tool; read from the text when asked for. */
          parsed_arguments?: unknown;
          /** The function to call. */
          name: string;
        }

        export interface CustomToolCall {
          /** Absent until the server sends one; `complete` makes one up if it never does. */
          id: string;
          /** The tool to call, and its input so far. */
          custom: CustomToolCall.Custom;
          /** Marks a call of a custom tool. */
          type: 'custom';
        }

        export namespace CustomToolCall {
          export interface Custom {
            /** The tool to call. */
            name: string;
            /** The text so far. */
            input: string;
          }
        }
      }

      export interface FunctionCall {
        /** JSON text, cut anywhere. */
        arguments?: string;
        /** The function to call. */
        name?: string;
      }
    }
  }
}
