export { Messages, type ChatCompletionStoreMessagesPage } from '../../../../resources/messages.ts';
export type { MessageListParams } from '../../../../types/stored.ts';
