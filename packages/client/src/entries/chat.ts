export { Chat } from '../resources/chat.ts';
export { Completions, type ChatCompletionsPage } from '../resources/completions.ts';
export { Messages, type ChatCompletionStoreMessagesPage } from '../resources/messages.ts';
export type * from '../types/index.ts';
export { ChatCompletionStream } from '../streaming/chat-completion-stream.ts';
