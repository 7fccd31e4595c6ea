/** Completions kept by the server (`store: true`): listing, relabelling, deleting, and their messages. */
import type { ChatCompletionMessage } from './completion.ts';
import type { ChatCompletionContentPartImage, ChatCompletionContentPartText } from './messages.ts';
import type { Metadata } from './shared.ts';

/** Which page of a list. */
export interface CursorPageParams {
  /** Id of the last item of the page before. */
  after?: string;
  /** Items on a page. Default 20. */
  limit?: number;
}

export interface ChatCompletionListParams extends CursorPageParams {
  /** Only completions that have all of these pairs. */
  metadata?: Metadata | null;
  /** Only completions of this model. */
  model?: string;
  /** By time of creation. Default `'asc'`. */
  order?: 'asc' | 'desc';
}

export interface ChatCompletionUpdateParams {
  /** Replaces all pairs; `null` removes them. The only part of a stored completion that can change. */
  metadata: Metadata | null;
}

export interface ChatCompletionDeleted {
  /** Id of the completion. */
  id: string;
  /** Whether the completion was deleted. */
  deleted: boolean;
  /** Marks the result of a deletion. */
  object: 'chat.completion.deleted';
}

export interface MessageListParams extends CursorPageParams {
  /** By time. Default `'asc'`. */
  order?: 'asc' | 'desc';
}

/** A message of a stored completion's request. */
export interface ChatCompletionStoreMessage extends ChatCompletionMessage {
  /** Id of the message: what `after` of the next page takes. */
  id: string;
  /** The parts, when the message was sent as parts; otherwise `null`. */
  content_parts?: Array<ChatCompletionContentPartText | ChatCompletionContentPartImage> | null;
}
