// What chat and responses share works; the rest explains itself.
export {
  type AbsentFunction,
  addOutputText,
  makeParseableResponseTool,
  maybeParseResponse,
  parseResponse,
  resolveResponseParseOptions,
} from '../../absent-names.ts';
export { isAutoParsableTool } from '../../structured/format.ts';
export { hasAutoParseableInput, shouldParseToolCall, validateInputTools } from '../../structured/parse.ts';
