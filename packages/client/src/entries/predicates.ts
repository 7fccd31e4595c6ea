/** Small questions about messages and promises that code written for the original imports from its `lib` folder. */
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from '../types/messages.ts';

type Maybe<T> = T | null | undefined;

export const isAssistantMessage = (
  message: Maybe<ChatCompletionMessageParam>,
): message is ChatCompletionAssistantMessageParam => message?.role === 'assistant';

export const isToolMessage = (
  message: Maybe<ChatCompletionMessageParam>,
): message is ChatCompletionToolMessageParam => message?.role === 'tool';

export function isPresent<T>(value: Maybe<T>): value is T {
  return value != null;
}

/**
 * Waits until every promise has settled, then gives the values, or throws an error that says how many were rejected and
 * holds the reasons in a non-enumerable `rejections`.
 */
export async function allSettledWithThrow<R>(promises: Promise<R>[]): Promise<R[]> {
  const rejections: unknown[] = [];
  const values: R[] = [];
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') rejections.push(result.reason);
    else values.push(result.value);
  }
  if (rejections.length === 0) return values;
  throw Object.defineProperty(new Error(`${rejections.length} promise(s) failed`), 'rejections', {
    value: rejections,
  });
}
