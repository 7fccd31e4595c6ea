/**
 * Runs a model for one request. Writes its chunks as events, or assembles them into one completion, and stores the
 * completion.
 */
import { accumulate, complete } from 'colloquy/accumulate';
import { ApiError } from '../http/errors.ts';
import { padding } from '../http/padding.ts';
import type { ChatModel, Chunk, Completion, CompletionRequest } from '../models/model.ts';
import type { Script } from '../models/script.ts';

/** What is stored of one completion. */
export interface CompletionRecord {
  completion: Completion;
  request: CompletionRequest;
  /** How long the model took, in milliseconds. */
  route: Times;
}

interface Times {
  /** Until the first chunk with text, reasoning or a call. Only of streams. */
  first_token_ms?: number;
  total_ms: number;
}

export interface AnswerParts {
  /** A request that has been validated. */
  request: CompletionRequest;
  model: ChatModel;
  /** Aborts when the client goes away; nothing is kept then. */
  signal: AbortSignal;
  /** What a sandbox is to say. */
  script?: Script | undefined;
  /** Called once per completion if the request has `store: true`. The response ends after it. */
  keep(record: CompletionRecord): Promise<void>;
  /** Called with the usage that the model reports at the end of a stream, whether the client asked for it or not. */
  onUsage?(usage: NonNullable<Chunk['usage']>): void;
}

type Snapshot = ReturnType<typeof accumulate>;

/** The whole completion. It is stored before it is returned. If storing fails, this rejects. */
export async function completeOnce({
  request,
  model,
  signal,
  script,
  keep,
}: AnswerParts): Promise<Completion> {
  const startedAt = performance.now();
  let snapshot: Snapshot | undefined;
  for await (const chunk of model.complete(request, signal, script)) snapshot = accumulate(snapshot, chunk);
  signal.throwIfAborted();
  const completion = whole(snapshot, model);
  if (request.store) await keep({ completion, request, route: { total_ms: since(startedAt) } });
  return completion;
}

/**
 * The chunks of the completion as the request wants them: usage in a last chunk of its own with `include_usage`, padding with
 * `include_obfuscation`.
 *
 * A completion is stored before the chunk that finishes its last choice is yielded, so a client that has seen
 * the end can rely on it. A reader that leaves early closes the model, and nothing is kept.
 */
export async function* streamChunks({
  request,
  model,
  signal,
  script,
  keep,
  onUsage,
}: AnswerParts): AsyncGenerator<Chunk> {
  const write = chunkWriter(request);
  const held: Chunk[] = [];
  const unfinished = new Set(Array.from({ length: request.n ?? 1 }, (_, index) => index));
  const startedAt = performance.now();
  let firstToken: number | undefined;
  let snapshot: Snapshot | undefined;
  for await (const chunk of model.complete(request, signal, script)) {
    if (chunk.usage) onUsage?.(chunk.usage);
    if (request.store) {
      snapshot = accumulate(snapshot, chunk);
      if (firstToken === undefined && hasToken(chunk)) firstToken = since(startedAt);
      for (const { index, finish_reason } of chunk.choices) if (finish_reason) unfinished.delete(index);
    }
    const written = write(chunk);
    if (!written) continue;
    if (request.store && unfinished.size === 0) held.push(written);
    else yield written;
  }
  signal.throwIfAborted();
  if (request.store) {
    const route = {
      ...(firstToken !== undefined && { first_token_ms: firstToken }),
      total_ms: since(startedAt),
    };
    await keep({ completion: whole(snapshot, model), request, route });
  }
  yield* held;
}

const since = (time: number): number => Math.round(performance.now() - time);

/** Whether a chunk brings something of the message besides its role. */
export function hasToken({ choices }: Chunk): boolean {
  if (!Array.isArray(choices)) return false;
  return choices.some(({ delta }) =>
    Object.entries(delta ?? {}).some(
      ([name, value]) => name !== 'role' && value !== null && value !== '' && value !== undefined,
    ),
  );
}

function whole(snapshot: Snapshot | undefined, model: ChatModel): Completion {
  try {
    if (snapshot) return inOrder(complete(snapshot));
  } catch (cause) {
    throw incomplete(model, cause);
  }
  throw incomplete(model);
}

/** The fields in the order of the API, for people who look at the bytes. */
function inOrder({ id, object, created, model, ...rest }: Completion): Completion {
  return { id, object, created, model, ...rest };
}

function incomplete(model: ChatModel, cause?: unknown): ApiError {
  return new ApiError(502, `The model '${model.id}' ended its response before it was complete.`, { cause });
}

/** Fits the chunks of a model to what the request asked of a stream; nothing comes back for a chunk to leave out. */
function chunkWriter(request: CompletionRequest): (chunk: Chunk) => Chunk | undefined {
  const { include_usage: withUsage, include_obfuscation: padded } = request.stream_options ?? {};
  return (chunk) => {
    if (chunk.usage && chunk.choices.length === 0) return withUsage ? chunk : undefined;
    const { usage, ...rest } = chunk;
    const fitted: Chunk = withUsage ? { ...rest, usage: usage ?? null } : rest;
    return padded && chunk.choices.length > 0
      ? { ...fitted, obfuscation: padding(chunk.choices.map(({ delta }) => delta)) }
      : fitted;
  };
}
