/**
 * Vectors of texts by feature hashing: they depend on the words and letters of a text, not on its meaning. Texts that
 * share words, pairs of words or parts of words are close to one another; no model is behind them.
 */
import { ApiError, invalidRequest } from '../http/errors.ts';
import type { EmbeddingRequest, Vectors } from '../models/neighbours.ts';
import { inSlices, isDue, turn } from '../slices.ts';
import { hash } from './random.ts';
import { readTexts, type GivenText } from './texts.ts';
import { loadTokenizer } from './tokens.ts';

/** The size of a model's vectors, and whether a request may ask for shorter ones. */
interface Size {
  full: number;
  fixed?: true;
}

/** By the name of the model, without its provider and tag: `openai/text-embedding-3-small`, `nomic-embed-text:v1.5`. */
const sizes: Record<string, Size> = {
  'text-embedding-3-small': { full: 1536 },
  'text-embedding-3-large': { full: 3072 },
  'text-embedding-ada-002': { full: 1536, fixed: true },
  'all-minilm': { full: 384 },
  'bge-m3': { full: 1024 },
  'mxbai-embed-large': { full: 1024 },
  'nomic-embed-text': { full: 768 },
};

/** The size of vectors of any other name, which may ask for any up to `buckets`. */
const usualSize = 1536;

/** Features are counted in so many places. A power of two; no vector is longer. */
const buckets = 4096;

const maxTokens = 8192;
const maxTokensInAll = 300_000;

export async function embed(request: EmbeddingRequest, signal: AbortSignal): Promise<Vectors> {
  const dimensions = dimensionsOf(request);
  const tokenizer = await loadTokenizer('cl100k');
  const texts: GivenText[] = [];
  let promptTokens = 0;
  for (const reading of readTexts(request.input, 'input', tokenizer, maxTokens)) {
    const text = await inSlices(reading);
    promptTokens += text.tokens;
    texts.push(text);
    await breathe(signal);
  }
  if (promptTokens > maxTokensInAll) throw tooMany(promptTokens);
  const vectors: Float32Array[] = [];
  for (const { text } of texts) {
    vectors.push(vectorOf(text, dimensions));
    await breathe(signal);
  }
  return { vectors, promptTokens };
}

async function breathe(signal: AbortSignal): Promise<void> {
  if (!isDue()) return;
  await turn();
  signal.throwIfAborted();
}

function dimensionsOf({ model, dimensions: asked }: EmbeddingRequest): number {
  const name = model.replace(/^.*\//, '').replace(/:.*$/, '');
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  if (asked === undefined || asked === null) return size?.full ?? usualSize;
  if (size?.fixed) throw invalidRequest('dimensions', 'This model does not support specifying dimensions.');
  const max = size?.full ?? buckets;
  if (asked <= max) return asked;
  const message = `Invalid value for 'dimensions' = ${asked}. Must be less than or equal to ${max}.`;
  throw invalidRequest('dimensions', message);
}

function tooMany(tokens: number): ApiError {
  const message = `Requested ${tokens} tokens, max ${maxTokensInAll} tokens per request`;
  return new ApiError(400, message, { type: 'max_tokens_per_request', code: 'max_tokens_per_request' });
}

/**
 * A vector of length 1. A shorter one is the beginning of a longer one, made as long as 1 again, as those of models that
 * take `dimensions` are.
 */
export function vectorOf(text: string, dimensions: number): Float32Array {
  const places = new Float64Array(buckets);
  for (const [feature, weight] of featuresOf(text)) {
    const bits = mixed(hash(feature));
    places[bits % buckets]! += bits >>> 31 ? weight : -weight;
  }
  spread(places);
  const vector = places.subarray(0, dimensions);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  // Signs can cancel out, most likely where few dimensions are asked for.
  if (length === 0) return Float32Array.from(vector, (_, index) => (index === 0 ? 1 : 0));
  return Float32Array.from(vector, (value) => value / length);
}

const words = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Words, pairs of neighbours, letter triples, and a little of the whole, with weights; what repeats counts less each time. */
function featuresOf(text: string): Map<string, number> {
  const counts = new Map<string, { count: number; weight: number }>();
  const add = (feature: string, weight: number): void => {
    const known = counts.get(feature);
    if (known) known.count++;
    else counts.set(feature, { count: 1, weight });
  };
  add(`text ${text}`, 0.1);
  let before = '';
  for (const [word] of text.normalize('NFKC').toLowerCase().matchAll(words)) {
    // Short words are common ones in most languages, and tell little.
    add(`word ${word}`, Math.min(1, 0.1 + word.length / 6));
    add(`pair ${before} ${word}`, 0.4);
    before = word;
    const edged = `^${word}$`;
    if (word.length < 3) continue;
    for (let at = 0; at + 3 <= edged.length; at++) add(`part ${edged.slice(at, at + 3)}`, 0.25);
  }
  return new Map(
    Array.from(counts, ([feature, { count, weight }]) => [feature, weight * (1 + Math.log(count))]),
  );
}

/** Bits of which each depends on all the bits of `bits`. */
function mixed(bits: number): number {
  let result = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  result = Math.imul(result ^ (result >>> 13), 0xc2b2ae35);
  return (result ^ (result >>> 16)) >>> 0;
}

/** The Walsh-Hadamard transform, in place: every place becomes part of every other, and distances stay in proportion. */
function spread(places: Float64Array): void {
  for (let half = 1; half < places.length; half *= 2) {
    for (let start = 0; start < places.length; start += 2 * half) {
      for (let at = start; at < start + half; at++) {
        const a = places[at]!;
        const b = places[at + half]!;
        places[at] = a + b;
        places[at + half] = a - b;
      }
    }
  }
}
