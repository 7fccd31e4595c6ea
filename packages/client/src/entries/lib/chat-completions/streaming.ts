export {
  normalizeChatCompletionChunk,
  normalizeChatCompletionStream,
  type ChatCompletionWireChunk,
} from '../../../streaming/normalize.ts';
