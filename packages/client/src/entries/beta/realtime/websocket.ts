export { OpenAIRealtimeWebSocket } from '../../../absent-names.ts';
