/** Assembles chunks into a completion, without a client. */
export { accumulate, complete, type ChatCompletionSnapshot } from '../streaming/accumulate.ts';
