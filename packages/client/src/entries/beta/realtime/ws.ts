export { OpenAIRealtimeWS } from '../../../absent-names.ts';
