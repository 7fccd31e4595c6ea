/** The interface of a model, and the types that every model uses. */
import type { OpenAI } from 'colloquy';
import type { Script } from './script.ts';
import type {
  EmbeddingRequest,
  Moderation,
  ModerationRequest,
  TextCompletion,
  TextRequest,
  Vectors,
} from './neighbours.ts';

/**
 * The validated body of a request, with the names of the API. An optional field may be `null`, which means its default.
 */
export type CompletionRequest = OpenAI.ChatCompletionCreateParams;
export type Completion = OpenAI.ChatCompletion;
export type Chunk = OpenAI.ChatCompletionChunk;
export type Usage = OpenAI.CompletionUsage;

/** A model for chat completions. */
export interface ChatModel {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly ownedBy: string;
  /**
   * Whether the model generates its replies by rule. A request can then select another server's wire format or a fault,
   * and fixtures apply.
   */
  readonly sandbox?: true | undefined;
  /**
   * The reply as chunks, whether or not the request streams: the caller writes them out or folds them into one.
   *
   * Every choice ends with a chunk that has its `finish_reason`. Usage, where it is known, comes last, on a chunk
   * without choices, also when the request did not ask for it. A request the model cannot serve is refused with an
   * `ApiError` before the first chunk. Once `signal` aborts, the iteration throws its reason. Only a model with `sandbox`
   * gets a `script`.
   */
  complete(request: CompletionRequest, signal: AbortSignal, script?: Script): AsyncIterable<Chunk>;
  /** Vectors for texts. A model without this method gets no request of `POST /embeddings`. */
  embed?(request: EmbeddingRequest, signal: AbortSignal): Promise<Vectors>;
  /** The results of a moderation. A model without this method gets no request of `POST /moderations`. */
  moderate?(request: ModerationRequest, signal: AbortSignal): Promise<Moderation[]>;
  /** Like `complete`, for `POST /completions`. A model without this method gets no request of that endpoint. */
  completeText?(request: TextRequest, signal: AbortSignal): AsyncIterable<TextCompletion>;
}
