/** `OpenAI` without the helpers: `colloquy/core`, for the smallest bundle. */

import { BaseClient } from './http/base-client.ts';
import { CoreChat } from './resources/core-completions.ts';

/** A client for Chat Completions, without `parse`, `stream` and `runTools`. */
export class OpenAI extends BaseClient {
  /** Chat completions, at `client.chat.completions`. */
  chat: CoreChat = new CoreChat(this);

  static OpenAI: typeof OpenAI = this;
}
