/** Completions as rows of text, and back, so that any database keeps any JSON there is. */
import type { OpenAI } from 'colloquy';
import { jsonInSlices } from '../http/json.ts';
import type { Sliced } from '../slices.ts';
import type { RequestMessage } from './messages.ts';
import type { Metadata, Schema } from './schema.ts';
import { conditionsOf, termsOf } from './terms.ts';

export type ChatCompletion = OpenAI.ChatCompletion;

/** Facts about a response. Times are whole milliseconds since the request was sent to the model. */
export interface RouteFacts {
  /** The upstream that responded, by its name. */
  upstream?: string | undefined;
  /** How many requests to upstreams it took. */
  attempts?: number | undefined;
  /** Until the first chunk that carried text, a tool call or a refusal. */
  first_token_ms?: number | undefined;
  /** Until the end of the response. */
  total_ms?: number | undefined;
}

/** A stored completion as it is read back. It has `colloquy` if the store has facts about the response. */
export type StoredCompletion = ChatCompletion & { colloquy?: RouteFacts };

/** A completion and its request. Both are kept as they are, as JSON. */
export interface StoreRecord {
  completion: ChatCompletion;
  request: { messages: readonly RequestMessage[]; metadata?: Metadata | null | undefined };
  /** Read back as the member `colloquy` of the completion. */
  route?: RouteFacts | null | undefined;
}

export type Row = Omit<Schema['completions'], 'seq'>;

/** A record in the form of its rows; made before the transaction, so that a bad one cannot spoil a batch. */
export interface EncodedRecord {
  row: Row;
  terms: number[];
}

/** Throws a `TypeError` when it has no id, model or time that a column can hold. */
export function* encodeRecord(
  project: string,
  { completion, request, route }: StoreRecord,
  metadata: Metadata | null = request.metadata ?? null,
): Sliced<EncodedRecord> {
  const { metadata: _, ...rest } = completion;
  const { id, model, created } = completion;
  if (!isStorable(id) || !isStorable(model) || !Number.isSafeInteger(created)) {
    throw new TypeError(
      'A stored completion needs an id and a model of well-formed text, and an integer created.',
    );
  }
  return {
    row: {
      project,
      id,
      model,
      created,
      metadata: encodeMetadata(metadata),
      route: route ? JSON.stringify(route) : null,
      completion: yield* jsonInSlices(rest),
      request: yield* jsonInSlices(request),
    },
    terms: termsOf(project, conditionsOf(model, metadata)),
  };
}

export function decodeCompletion(
  row: Pick<Schema['completions'], 'completion' | 'metadata' | 'route'>,
): StoredCompletion {
  const completion = JSON.parse(row.completion) as StoredCompletion;
  completion.metadata = decodeMetadata(row.metadata);
  if (row.route !== null) completion.colloquy = JSON.parse(row.route) as RouteFacts;
  return completion;
}

export function encodeMetadata(metadata: Metadata | null): string | null {
  return metadata && JSON.stringify(metadata);
}

export function decodeMetadata(text: string | null): Metadata | null {
  return text === null ? null : (JSON.parse(text) as Metadata);
}

/** Whether a column of plain text can hold it. What cannot be stored cannot be found either. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}
