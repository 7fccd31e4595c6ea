/** `client.moderations`. */

import type { APIPromise } from '../http/api-promise.ts';
import type { RequestOptions } from '../http/options.ts';
// Names of types: moderations
// prettier-ignore
import type {
  Moderation, ModerationCreateParams, ModerationCreateResponse, ModerationImageURLInput, ModerationModel,
  ModerationMultiModalInput, ModerationTextInput,
} from '../types/index.ts';
import { APIResource, bodyOptions } from './resource.ts';

export class Moderations extends APIResource {
  /** Classifies whether texts or images are potentially harmful. */
  create(body: ModerationCreateParams, options?: RequestOptions): APIPromise<ModerationCreateResponse> {
    return this._client.post('/moderations', bodyOptions(body, options, { expected: 'moderations' }));
  }
}

export declare namespace Moderations {
  // Names of types: moderations
  // prettier-ignore
  export type {
    Moderation, ModerationCreateParams, ModerationCreateResponse, ModerationImageURLInput, ModerationModel,
    ModerationMultiModalInput, ModerationTextInput,
  };
}
