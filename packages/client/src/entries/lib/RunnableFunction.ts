export {
  isRunnableFunctionWithParse,
  ParsingToolFunction,
  type BaseFunctionsArgs,
  type RunnableBase,
  type RunnableCustomTool,
  type RunnableFunction,
  type RunnableFunctions,
  type RunnableFunctionWithoutParse,
  type RunnableFunctionWithParse,
  type RunnableToolFunction,
  type RunnableToolFunctionWithContext,
  type RunnableToolFunctionWithoutParse,
  type RunnableToolFunctionWithParse,
  type RunnableTools,
} from '../../tools/runnable.ts';
export type { ToolCallContext } from '../../tools/registry.ts';
