export { Chat } from '../../resources/chat.ts';
export type { ChatCompletionsPage } from '../../resources/core-completions.ts';
export { Embeddings } from '../../resources/embeddings.ts';
export type { ChatCompletionStoreMessagesPage } from '../../resources/messages.ts';
export { Models, type ModelsPage } from '../../resources/models.ts';
export { Moderations } from '../../resources/moderations.ts';
// The class of `/completions`: that of chat is at `resources/chat`.
export { Completions } from '../../resources/text-completions.ts';
export type * from '../../types/index.ts';
