export { Completions } from '../../resources/text-completions.ts';
export type { CompletionUsage } from '../../types/completion.ts';
export type * from '../../types/text-completions.ts';
