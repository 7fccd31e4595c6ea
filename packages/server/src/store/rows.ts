/** Completions and their metadata as rows of text, and back, so that any database keeps any JSON there is. */
import type { OpenAI } from 'colloquy';
import type { RequestMessage } from './messages.ts';
import type { Schema } from './schema.ts';

export type ChatCompletion = OpenAI.ChatCompletion;
export type Metadata = Record<string, string>;

/** A completion and the request it answers. Both are kept as they are, as JSON. */
export interface StoreRecord {
  completion: ChatCompletion;
  request: { messages: readonly RequestMessage[]; metadata?: Metadata | null | undefined };
}

/** A record in the form of its rows; made before the transaction, so that a bad one cannot spoil a batch. */
export interface EncodedRecord {
  row: Omit<Schema['completions'], 'seq'>;
  pairs: Pair[];
}

export type Pair = Pick<Schema['completion_metadata'], 'key' | 'value'>;

export function encodeRecord({ completion, request }: StoreRecord): EncodedRecord {
  const { metadata: _, ...rest } = completion;
  const { id, model, created } = completion;
  if (!isStorable(id) || !isStorable(model) || !Number.isSafeInteger(created)) {
    throw new TypeError(
      'A completion to be stored needs an id and a model of well-formed text and a whole created.',
    );
  }
  const metadata = request.metadata ?? null;
  return {
    row: {
      id,
      model,
      created,
      metadata: encodeMetadata(metadata),
      completion: JSON.stringify(rest),
      request: JSON.stringify(request),
    },
    pairs: pairsOf(metadata),
  };
}

export function pairsOf(metadata: Metadata | null): Pair[] {
  return Object.entries(metadata ?? {}).map(([key, value]) => ({
    key: encodeText(key),
    value: encodeText(value),
  }));
}

export function decodeCompletion(row: { completion: string; metadata: string | null }): ChatCompletion {
  const completion = JSON.parse(row.completion) as ChatCompletion;
  completion.metadata = row.metadata === null ? null : (JSON.parse(row.metadata) as Metadata);
  return completion;
}

export function encodeMetadata(metadata: Metadata | null): string | null {
  return metadata && JSON.stringify(metadata);
}

/** Any string as text that every database keeps: a JSON string literal has no U+0000 and no lone surrogate. */
export function encodeText(text: string): string {
  return JSON.stringify(text);
}

/** Whether a column of plain text can hold it. What cannot be stored cannot be found either. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}
