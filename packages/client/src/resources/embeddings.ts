/** `client.embeddings`. */

import { OpenAIError } from '../errors/openai-error.ts';
import type { APIPromise } from '../http/api-promise.ts';
import type { RequestOptions } from '../http/options.ts';
// Names of types: embeddings
// prettier-ignore
import type {
  Base64EmbeddingResponse, CreateEmbeddingResponse, Embedding, EmbeddingCreateParams, EmbeddingModel,
} from '../types/index.ts';
import { decodeFloats } from '../wire/floats.ts';
import { APIResource, bodyOptions } from './resource.ts';

export class Embeddings extends APIResource {
  /**
   * Creates an embedding for each input.
   *
   * Unless the body has an `encoding_format`, the vectors are requested as base64 and decoded to arrays of numbers.
   * Rejects with an `OpenAIError` that names the embedding if one cannot be decoded. Vectors that are sent as numbers
   * are returned unchanged.
   */
  create(
    body: EmbeddingCreateParams & { encoding_format: 'base64' },
    options?: RequestOptions,
  ): APIPromise<Base64EmbeddingResponse>;
  create(body: EmbeddingCreateParams, options?: RequestOptions): APIPromise<CreateEmbeddingResponse>;
  create(body: EmbeddingCreateParams, options?: RequestOptions): APIPromise<any> {
    const decodes = body && !body.encoding_format;
    const created = this._client.post<CreateEmbeddingResponse>(
      '/embeddings',
      bodyOptions(decodes ? { ...body, encoding_format: 'base64' } : body, options, {
        expected: 'embeddings',
      }),
    );
    return decodes ? created._thenUnwrap(decode) : created;
  }
}

function decode(response: CreateEmbeddingResponse): CreateEmbeddingResponse {
  const { data } = response;
  if (!Array.isArray(data)) throw new OpenAIError(`Expected a list of embeddings in data, got ${data}`);
  data.forEach((item, index) => {
    const vector: unknown = item?.embedding;
    if (Array.isArray(vector)) return;
    const floats = decodeFloats(vector);
    if (!floats) throw new OpenAIError(`data[${index}].embedding is not the base64 of 32-bit floats`);
    item.embedding = floats;
  });
  return response;
}

export declare namespace Embeddings {
  // Names of types: embeddings
  // prettier-ignore
  export type {
    Base64EmbeddingResponse, CreateEmbeddingResponse, Embedding, EmbeddingCreateParams, EmbeddingModel,
  };
}
