/** The wire of the endpoints beside chat completions: embeddings, moderations. */

export interface EmbeddingRequest {
  model: string;
  /** A text, texts, the token ids of a text, or those of several texts. */
  input: string | string[] | number[] | number[][];
  dimensions?: number | null;
  /** Default `float`. */
  encoding_format?: 'float' | 'base64' | null;
  user?: string | null;
}

/** What a model makes of an embedding request. */
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
