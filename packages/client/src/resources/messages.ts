/** `client.chat.completions.messages`: the messages of the request for a stored completion. */

import type { RequestOptions } from '../http/options.ts';
import { CursorPage } from '../http/page.ts';
import type { PagePromise } from '../http/page.ts';
import { path } from '../http/url.ts';
import type { ChatCompletionStoreMessage, MessageListParams } from '../types/stored.ts';
import { APIResource, listOptions } from './resource.ts';
import type { ListOptions, ListQuery } from './resource.ts';

export type ChatCompletionStoreMessagesPage = CursorPage<ChatCompletionStoreMessage>;

export class Messages extends APIResource {
  /** Lists the messages of a completion that was created with `store: true`, oldest first unless `order` is `desc`. */
  list(
    completionID: string,
    query?: ListQuery<MessageListParams>,
    options?: RequestOptions,
  ): PagePromise<ChatCompletionStoreMessagesPage, ChatCompletionStoreMessage>;
  list(
    completionID: string,
    options?: ListOptions,
  ): PagePromise<ChatCompletionStoreMessagesPage, ChatCompletionStoreMessage>;
  list(
    completionID: string,
    ...given: unknown[]
  ): PagePromise<ChatCompletionStoreMessagesPage, ChatCompletionStoreMessage> {
    return this._client.getAPIList(
      path`/chat/completions/${completionID}/messages`,
      CursorPage<ChatCompletionStoreMessage>,
      listOptions(given),
    );
  }
}

export declare namespace Messages {
  export type { MessageListParams };
}
