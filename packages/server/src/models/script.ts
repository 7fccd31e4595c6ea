/** The scripted reply to one request, which the sandbox sends instead of its own. */
import type { OpenAI } from 'colloquy';

export interface ScriptedCall {
  name: string;
  type: 'function' | 'custom';
  /** JSON text of arguments, or the input of a custom tool. Undefined: made up. */
  input: string | undefined;
  /** Undefined: a new one. */
  id: string | undefined;
}

/** What is undefined is made up as without a script. Every choice of the completion says the same. */
export interface Script {
  text?: string | undefined;
  refusal?: string | undefined;
  calls?: readonly ScriptedCall[] | undefined;
  reasoning?: string | undefined;
  finish?: OpenAI.ChatCompletion.Choice['finish_reason'] | undefined;
  /** The tokens of `text`, which are also how it is cut. */
  logprobs?: readonly OpenAI.ChatCompletionTokenLogprob[] | undefined;
  /** Counts that replace the real ones. */
  usage?: Partial<OpenAI.CompletionUsage> | undefined;
  /** Before the first chunk, or before the error. */
  delayMs?: number | undefined;
  tokensPerSecond?: number | undefined;
  /** The fraction by which an interval may differ from that of `tokensPerSecond`. Default 0. */
  jitter?: number | undefined;
  /** The most tokens of a chunk. Default 1. */
  chunkSize?: number | undefined;
  /** Thrown instead of a completion. */
  error?: Error | undefined;
}
