/** `client.completions`, the older endpoint that continues a text. */

import type { APIPromise } from '../http/api-promise.ts';
import type { RequestOptions } from '../http/options.ts';
import type { Stream } from '../stream/stream.ts';
import { textRules } from '../streaming/text-chunks.ts';
import type { CompletionUsage } from '../types/completion.ts';
// Names of types: text-completions
// prettier-ignore
import type {
  Completion, CompletionChoice, CompletionCreateParams, CompletionCreateParamsBase,
  CompletionCreateParamsNonStreaming, CompletionCreateParamsStreaming,
} from '../types/index.ts';
import { APIResource, bodyOptions } from './resource.ts';

export class Completions extends APIResource {
  /**
   * Continues a text. With `stream: true`, resolves with a `Stream` of completions, each of which has only the new text.
   *
   * The request is sent immediately, even if the promise is not awaited.
   */
  create(body: CompletionCreateParamsNonStreaming, options?: RequestOptions): APIPromise<Completion>;
  create(body: CompletionCreateParamsStreaming, options?: RequestOptions): APIPromise<Stream<Completion>>;
  create(
    body: CompletionCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Stream<Completion> | Completion>;
  create(body: CompletionCreateParamsBase, options?: RequestOptions): APIPromise<any> {
    return this._client.post(
      '/completions',
      bodyOptions(body, options, { expected: 'a completion', items: textRules }),
    );
  }
}

export declare namespace Completions {
  export type { CompletionUsage };
  // Names of types: text-completions
  // prettier-ignore
  export type {
    Completion, CompletionChoice, CompletionCreateParams, CompletionCreateParamsBase,
    CompletionCreateParamsNonStreaming, CompletionCreateParamsStreaming,
  };
}
