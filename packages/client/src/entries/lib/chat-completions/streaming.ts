export { normalizeChatCompletionChunk, type ChatCompletionWireChunk } from '../../../quirks/chunk.ts';
export { normalizeChatCompletionStream } from '../../../streaming/normalize.ts';
