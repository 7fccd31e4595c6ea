// Without the class of `chat.completions`: in the `openai` package, `Completions` is another class at this path.
export { Chat } from '../../resources/chat.ts';
export type { ChatCompletionsPage } from '../../resources/core-completions.ts';
export type { ChatCompletionStoreMessagesPage } from '../../resources/messages.ts';
export type * from '../../types/index.ts';
