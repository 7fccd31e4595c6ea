/** The shape of a completion that is still arriving. Types only. */

import type { ChatCompletion, ChatCompletionAudio, CompletionUsage } from '../types/completion.ts';
import type { ChatCompletionRole } from '../types/messages.ts';

/** Everything received so far. One object per completion, grown in place; fields a chunk has not brought are absent. */
export interface ChatCompletionSnapshot {
  id: string;
  /** In order of `index`, without holes: a choice is inserted when its first delta arrives. */
  choices: Array<ChatCompletionSnapshot.Choice>;
  /** Unix seconds. */
  created: number;
  model: string;
  system_fingerprint?: string;
  /** Usually brought by the last chunk, when `stream_options.include_usage` was asked for. */
  usage?: CompletionUsage | null;
}

export declare namespace ChatCompletionSnapshot {
  export interface Choice {
    message: Choice.Message;
    finish_reason: ChatCompletion.Choice['finish_reason'] | null;
    logprobs: ChatCompletion.Choice.Logprobs | null;
    index: number;
  }

  export namespace Choice {
    export interface Message {
      /** Unset until a delta brings a string, which may be empty. */
      content?: string | null;
      audio?: Partial<ChatCompletionAudio> | null;
      refusal?: string | null;
      /** The value so far of structured content; read from the text when asked for. */
      parsed?: unknown;
      function_call?: Message.FunctionCall;
      /** In order of the deltas' `index`, without holes. */
      tool_calls?: Array<Message.ToolCall>;
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
          function: ToolCall.Function;
          type: 'function';
        }

        export interface Function {
          /** JSON text, cut anywhere. */
          arguments: string;
          /** The value so far of the arguments of a strict or helper-made tool; read from the text when asked for. */
          parsed_arguments?: unknown;
          name: string;
        }

        export interface CustomToolCall {
          id: string;
          custom: CustomToolCall.Custom;
          type: 'custom';
        }

        export namespace CustomToolCall {
          export interface Custom {
            name: string;
            input: string;
          }
        }
      }

      export interface FunctionCall {
        arguments?: string;
        name?: string;
      }
    }
  }
}
