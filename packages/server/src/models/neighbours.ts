/** Types of the other endpoints: embeddings, moderations and text completions. */
import type { OpenAI } from 'colloquy';

export interface EmbeddingRequest {
  model: string;
  /** A text, texts, the token ids of a text, or those of several texts. */
  input: string | string[] | number[] | number[][];
  dimensions?: number | null;
  /** Default `float`. */
  encoding_format?: 'float' | 'base64' | null;
  user?: string | null;
}

/** The result of an embedding request. */
export interface Vectors {
  /** One for each text of the input, in the same order. */
  vectors: Float32Array[];
  promptTokens: number;
}

/** What a moderation looks for, and whether it looks for it in images too. */
export const moderationCategories = {
  harassment: { images: false },
  'harassment/threatening': { images: false },
  sexual: { images: true },
  hate: { images: false },
  'hate/threatening': { images: false },
  illicit: { images: false },
  'illicit/violent': { images: false },
  'self-harm/intent': { images: true },
  'self-harm/instructions': { images: true },
  'self-harm': { images: true },
  'sexual/minors': { images: false },
  violence: { images: true },
  'violence/graphic': { images: true },
};
export type ModerationCategory = keyof typeof moderationCategories;

export type ModerationItem =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } };

export interface ModerationRequest {
  /** Default `omni-moderation-latest`. */
  model: string;
  /** One result for a text, one for each text of an array, and one for all the items of an array. */
  input: string | string[] | ModerationItem[];
}

/** One result. */
export interface Moderation {
  flagged: boolean;
  categories: Record<ModerationCategory, boolean>;
  /** From 0 to 1. */
  category_scores: Record<ModerationCategory, number>;
  /** Which of the inputs each score is about. */
  category_applied_input_types: Record<ModerationCategory, ('text' | 'image')[]>;
}

export interface TextRequest {
  model: string;
  /** A text, texts, the token ids of a text, or those of several texts. Default: the empty text. */
  prompt?: string | string[] | number[] | number[][] | null;
  /** How many choices are made for each prompt; the best `n` are sent. Default `n`. */
  best_of?: number | null;
  /** Choices begin with the prompt. */
  echo?: boolean | null;
  /** How many likely tokens to send beside each token: 0 to 5. */
  logprobs?: number | null;
  /** Default 16. */
  max_tokens?: number | null;
  /** How many choices to send for each prompt. Default 1. */
  n?: number | null;
  seed?: number | null;
  stop?: string | string[] | null;
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean | null; include_obfuscation?: boolean | null } | null;
  /** What comes after the text to write. */
  suffix?: string | null;
}

/** One entry in each list for each token. */
export interface TextLogprobs {
  tokens: string[];
  /** The first token of a prompt has none. */
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[] | null;
  /** Where each token begins, in characters (code points) from the beginning of the prompt. */
  text_offset: number[];
}

export interface TextChoice {
  text: string;
  index: number;
  logprobs: TextLogprobs | null;
  /** `null` until the last chunk of the choice. */
  finish_reason: 'stop' | 'length' | 'content_filter' | null;
}

/** A text completion, or a chunk of one: both have the same fields. */
export interface TextCompletion {
  id: string;
  object: 'text_completion';
  created: number;
  model: string;
  choices: TextChoice[];
  usage?: OpenAI.CompletionUsage | null;
  system_fingerprint?: string | undefined;
}
