export {
  isAutoParsableResponseFormat,
  isAutoParsableTool,
  isChatCompletionFunctionTool,
  isParseableResponseFormat,
  makeParseableResponseFormat,
  makeParseableTextFormat,
  makeParseableTool,
} from '../../structured/format.ts';
export type {
  AutoParseableResponseFormat,
  AutoParseableTextFormat,
  AutoParseableTool,
  ExtractParsedContentFromParams,
} from '../../structured/format.ts';
export {
  assertToolCallsAreChatCompletionFunctionToolCalls,
  hasAutoParseableInput,
  maybeParseChatCompletion,
  parseChatCompletion,
  parseResponseFormatContent,
  shouldParseToolCall,
  validateInputTools,
} from '../../structured/parse.ts';
