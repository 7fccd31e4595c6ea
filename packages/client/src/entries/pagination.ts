export {
  AbstractPage,
  ConversationCursorPage,
  CursorPage,
  NextCursorPage,
  Page,
  PagePromise,
  TokenPage,
} from '../transport/page.ts';
export type {
  ConversationCursorPageParams,
  ConversationCursorPageResponse,
  CursorPageParams,
  CursorPageResponse,
  NextCursorPageParams,
  NextCursorPageResponse,
  PageRequestOptions,
  PageResponse,
  TokenPageParams,
  TokenPageResponse,
} from '../transport/page.ts';
