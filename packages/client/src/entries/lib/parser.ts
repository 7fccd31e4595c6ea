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
  AutoParseableResponseTool,
  AutoParseableTool,
  ExtractParsedContentFromParams,
  ParsesArguments,
  ToolOptions,
  ToolParser,
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
export type { Reader, Readers } from '../../structured/readers.ts';
export type {
  RealtimeFunctionTool,
  ResponseFormatTextJSONSchemaConfig,
  ResponsesFunctionTool,
} from '../../structured/responses.ts';
