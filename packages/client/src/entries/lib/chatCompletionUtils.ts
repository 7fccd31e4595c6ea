export { isAssistantMessage, isPresent, isToolMessage } from '../../streaming/conversation.ts';
