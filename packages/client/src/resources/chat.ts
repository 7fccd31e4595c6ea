/** `client.chat`. */

import { Completions } from './completions.ts';
import { APIResource } from './resource.ts';

export class Chat extends APIResource {
  static Completions: typeof Completions = Completions;

  completions: Completions = new Completions(this._client);
}
