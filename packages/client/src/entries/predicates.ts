export { allSettledWithThrow } from '../streaming/all-settled.ts';
export { isAssistantMessage, isPresent, isToolMessage } from '../streaming/conversation.ts';
