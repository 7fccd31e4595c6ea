/** The wire of the endpoints beside chat completions: embeddings. */

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
