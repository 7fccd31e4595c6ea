/** Streams that come slowly, break or stop, and how a client under a fake clock reads them. */
import { vi } from 'vitest';
import { OpenAI } from '../../src/client.ts';
import type { PatienceOptions } from '../../src/http/options.ts';
import { sse, text as chunksOf } from './chunks.ts';
import { fakeFetch, type Step } from './fake-fetch.ts';

export const body = { model: 'm', messages: [], stream: true as const };
export const whole = sse(chunksOf('Hel', 'lo'));
/** Ends before the second piece of the text. */
export const half = whole.slice(0, whole.indexOf('lo"')).replace(/data[^\n]*$/, '');
const encoder = new TextEncoder();

/** Gives each piece after so many milliseconds, then ends, fails, or gives nothing more. */
export function slow(pieces: [ms: number, piece: string][], then: 'end' | 'hang' | Error = 'end'): Response {
  let at = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      const next = pieces[at++];
      if (next) {
        await new Promise((resolve) => setTimeout(resolve, next[0]));
        controller.enqueue(encoder.encode(next[1]));
      } else if (then === 'end') controller.close();
      else if (then === 'hang') await new Promise(() => {});
      else controller.error(then);
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

/** The same answer with a body of workerd, where cancelling rejects a read under way. */
export function asOfWorkerd(response: Response): Response {
  const reader = response.body!.getReader();
  let cancel: () => void;
  const cancelled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new Error('Stream was cancelled.'));
  });
  cancelled.catch(() => {});
  const body = {
    getReader: () => ({
      read: () => Promise.race([reader.read(), cancelled]),
      cancel: async () => cancel(),
    }),
  };
  return Object.defineProperty(response, 'body', { value: body });
}

export async function read(
  steps: Step[],
  options: PatienceOptions & { timeout?: number; signal?: AbortSignal } = {},
) {
  const fetch = fakeFetch(...steps);
  const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: steps.length - 1, logLevel: 'off' });
  const start = Date.now();
  let text = '';
  let stream;
  try {
    stream = await client.chat.completions.create(body, options);
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return { text, after: Date.now() - start, outcome: stream.outcome, fetch, error: undefined as any };
  } catch (error: any) {
    return { text, after: Date.now() - start, outcome: stream?.outcome, fetch, error };
  }
}

export const finish = async <T>(promise: Promise<T>, ms = 3_600_000): Promise<T> => {
  await vi.advanceTimersByTimeAsync(ms);
  return promise;
};
