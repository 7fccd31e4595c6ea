/** Validates embedding requests, and creates their responses. */
import { invalidRequest } from '../http/errors.ts';
import type { EmbeddingRequest, Vectors } from '../models/neighbours.ts';
import type { Sliced } from '../slices.ts';
import { checkBody, type Parameters } from '../validation/body.ts';
import { choice, integer, required, text } from '../validation/checks.ts';
import { modelName } from '../validation/parameters.ts';
import { textsOrIds } from './texts-or-ids.ts';

const parameters: Parameters = {
  input: required(
    textsOrIds({
      max: 2048,
      text(value, path) {
        text()(value, path);
        if (value !== '') return;
        throw invalidRequest(path, `Invalid '${path}': input cannot be an empty string.`, 'invalid_value');
      },
    }),
  ),
  model: required(modelName),
  dimensions: integer({ min: 1 }),
  encoding_format: choice('float', 'base64'),
  user: text(),
};

/** `value` itself, known to be a request. Throws an `ApiError` for every other JSON value. */
export function* validateEmbedding(value: unknown): Sliced<EmbeddingRequest> {
  const body = yield* checkBody(value, parameters);
  return body as unknown as EmbeddingRequest;
}

/** The response. A vector is an array of numbers, or the base64 of its 32-bit floats, little-endian. */
export function* embeddingList(
  request: EmbeddingRequest,
  { vectors, promptTokens }: Vectors,
): Sliced<object> {
  const encode = request.encoding_format === 'base64' ? base64 : Array.from<number>;
  const data: object[] = [];
  for (const [index, vector] of vectors.entries()) {
    data.push({ object: 'embedding', index, embedding: encode(vector) });
    yield;
  }
  return {
    object: 'list',
    data,
    model: request.model,
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  };
}

function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
