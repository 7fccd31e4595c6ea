export { Chat } from '../../../resources/chat.ts';
export type { ChatModel } from '../../../types/shared.ts';
