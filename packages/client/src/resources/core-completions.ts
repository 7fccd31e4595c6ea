/** The endpoints of Chat Completions, one method for each, without the helpers that are built on them. */

import type { APIPromise } from '../http/api-promise.ts';
import { joinOptions } from '../http/call.ts';
import type { RequestOptions } from '../http/options.ts';
import { CursorPage } from '../http/page.ts';
import type { PagePromise } from '../http/page.ts';
import { path } from '../http/url.ts';
import type { Stream } from '../stream/stream.ts';
import { chunkRules } from '../streaming/chunks.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';
import type { ChatCompletion } from '../types/completion.ts';
import type {
  ChatCompletionCreateParamsBase,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from '../types/params.ts';
import type {
  ChatCompletionDeleted,
  ChatCompletionListParams,
  ChatCompletionUpdateParams,
} from '../types/stored.ts';
import { Messages } from './messages.ts';
import { APIResource, bodyOptions, listOptions } from './resource.ts';
import type { ListOptions, ListQuery } from './resource.ts';

const expected = 'a completion';
const completion = { expected };

export type ChatCompletionsPage = CursorPage<ChatCompletion>;

/** `client.chat.completions` of `colloquy/core`. */
export class CoreCompletions extends APIResource {
  static Messages: typeof Messages = Messages;

  /** The messages of stored completions. */
  messages: Messages = new Messages(this._client);

  /**
   * Creates a completion: the reply of the model to a conversation. With `stream: true`, resolves with a `Stream` of its chunks.
   *
   * The request is sent immediately, even if the promise is not awaited.
   */
  create(body: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): APIPromise<ChatCompletion>;
  create(
    body: ChatCompletionCreateParamsStreaming,
    options?: RequestOptions,
  ): APIPromise<Stream<ChatCompletionChunk>>;
  create(
    body: ChatCompletionCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<ChatCompletionChunk> | ChatCompletion>;
  create(body: ChatCompletionCreateParamsBase, options?: RequestOptions): APIPromise<any> {
    return this._client.post(
      '/chat/completions',
      bodyOptions(body, options, { expected, items: chunkRules }),
    );
  }

  /** Resolves with a completion that was created with `store: true`. */
  retrieve(completionID: string, options?: RequestOptions): APIPromise<ChatCompletion> {
    return this._client.get(path`/chat/completions/${completionID}`, joinOptions({}, options, completion));
  }

  /** Replaces the metadata of a stored completion. */
  update(
    completionID: string,
    body: ChatCompletionUpdateParams,
    options?: RequestOptions,
  ): APIPromise<ChatCompletion> {
    return this._client.post(
      path`/chat/completions/${completionID}`,
      joinOptions({ body }, options, completion),
    );
  }

  /** Lists the stored completions in pages. `for await` iterates over all of them. */
  list(
    query?: ListQuery<ChatCompletionListParams>,
    options?: RequestOptions,
  ): PagePromise<ChatCompletionsPage, ChatCompletion>;
  list(options?: ListOptions): PagePromise<ChatCompletionsPage, ChatCompletion>;
  list(...given: unknown[]): PagePromise<ChatCompletionsPage, ChatCompletion> {
    return this._client.getAPIList('/chat/completions', CursorPage<ChatCompletion>, listOptions(given));
  }

  /** Deletes a stored completion. */
  delete(completionID: string, options?: RequestOptions): APIPromise<ChatCompletionDeleted> {
    return this._client.delete(path`/chat/completions/${completionID}`, options);
  }
}

/** `client.chat` of `colloquy/core`. */
export class CoreChat extends APIResource {
  /** The endpoints of `/chat/completions`. */
  completions: CoreCompletions = new CoreCompletions(this._client);
}
