/** Wire shapes of `/embeddings`. */

export interface CreateEmbeddingResponse {
  /** One for each input, in the order of the inputs. */
  data: Array<Embedding>;
  /** The model that made the vectors. */
  model: string;
  /** Marks a list. */
  object: 'list';
  /** Tokens of the request. */
  usage: CreateEmbeddingResponse.Usage;
}

export declare namespace CreateEmbeddingResponse {
  export interface Usage {
    /** Tokens of all inputs. */
    prompt_tokens: number;
    /** The same: an embedding writes no tokens. */
    total_tokens: number;
  }
}

export interface Embedding {
  /** The vector. Its length depends on the model, and on `dimensions`. */
  embedding: Array<number>;
  /** Position of the input that this is the embedding of. */
  index: number;
  /** Marks an embedding. */
  object: 'embedding';
}

/** The response to a request with `encoding_format: 'base64'`: each vector is the base64 of little-endian 32-bit floats. */
export type Base64EmbeddingResponse = Omit<CreateEmbeddingResponse, 'data'> & {
  /** One for each input, in the order of the inputs. */
  data: Array<
    Omit<Embedding, 'embedding'> & {
      /** The vector. */
      embedding: string;
    }
  >;
};

export type EmbeddingModel = 'text-embedding-ada-002' | 'text-embedding-3-small' | 'text-embedding-3-large';

export interface EmbeddingCreateParams {
  /** A text, a text as token ids, or a list of either. Servers limit the number of inputs and the tokens of each. */
  input: string | Array<string> | Array<number> | Array<Array<number>>;
  /** Name of the model; any string, since servers have models of their own. */
  model: (string & {}) | EmbeddingModel;
  /** Length of the vectors, for models that can shorten them. Default: the model's full length. */
  dimensions?: number;
  /**
   * How vectors come back. Left out, the client requests `'base64'`, which is smaller than JSON numbers, and decodes it to
   * arrays of numbers. With a value the response is returned as it was sent.
   */
  encoding_format?: 'float' | 'base64';
  /** Identifies your end user to the provider. */
  user?: string;
}
