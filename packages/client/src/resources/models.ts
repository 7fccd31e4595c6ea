/** `client.models`. */

import type { APIPromise } from '../http/api-promise.ts';
import { joinOptions } from '../http/call.ts';
import type { PromiseOrValue, RequestOptions } from '../http/options.ts';
import { Page } from '../http/page.ts';
import type { PagePromise } from '../http/page.ts';
import { path } from '../http/url.ts';
// Names of types: models
// prettier-ignore
import type {
  Model, ModelDeleted,
} from '../types/index.ts';
import { APIResource } from './resource.ts';

export type ModelsPage = Page<Model>;

export class Models extends APIResource {
  /** Resolves with the description of one model. */
  retrieve(model: string, options?: RequestOptions): APIPromise<Model> {
    return this._client.get(path`/models/${model}`, joinOptions({}, options, { expected: 'a model' }));
  }

  /** Lists the models that you can use, in one page. */
  list(options?: PromiseOrValue<RequestOptions>): PagePromise<ModelsPage, Model> {
    return this._client.getAPIList('/models', Page<Model>, options);
  }

  /** Deletes a fine-tuned model that your organization owns. */
  delete(model: string, options?: RequestOptions): APIPromise<ModelDeleted> {
    return this._client.delete(path`/models/${model}`, options);
  }
}

export declare namespace Models {
  export type { ModelsPage };
  // Names of types: models
  // prettier-ignore
  export type {
    Model, ModelDeleted,
  };
}
