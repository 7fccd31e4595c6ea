export {
  AbstractPage,
  ConversationCursorPage,
  CursorPage,
  NextCursorPage,
  Page,
  PagePromise,
  TokenPage,
} from '../http/page.ts';
export type {
  ConversationCursorPageParams,
  ConversationCursorPageResponse,
  CursorPageResponse,
  NextCursorPageParams,
  NextCursorPageResponse,
  PageRequestOptions,
  PageResponse,
  TokenPageParams,
  TokenPageResponse,
} from '../http/page.ts';
export type { CursorPageParams } from '../types/stored.ts';
