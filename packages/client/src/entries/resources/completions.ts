export type { CompletionUsage } from '../../types/completion.ts';
