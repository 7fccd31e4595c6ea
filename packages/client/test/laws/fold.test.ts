// Cutting a completion into chunks and folding them gives it back, however it was cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accumulate, complete } from '../../src/streaming/accumulate.ts';
import type { ChatCompletionSnapshot } from '../../src/streaming/accumulate.ts';
import type { ChatCompletion } from '../../src/types/completion.ts';
import { answer, type Chunk } from '../support/streamed-answers.ts';

const fold = (chunks: readonly Chunk[]): ChatCompletionSnapshot =>
  chunks.reduce<ChatCompletionSnapshot | undefined>(accumulate, undefined) as ChatCompletionSnapshot;

/** Ids that were never sent are made up; how many log-probabilities there are depends on the cut. */
function comparable(completion: ChatCompletion): unknown {
  return {
    ...completion,
    choices: completion.choices.map(({ logprobs, message, ...choice }) => ({
      ...choice,
      logprobs: logprobs && 'some',
      message: {
        ...message,
        ...(message.tool_calls && {
          tool_calls: message.tool_calls.map((call) => ({
            ...call,
            id: call.id.replace(/^call_.{36}$/, ''),
          })),
        }),
      },
    })),
  };
}

const answers = fc.oneof(
  answer({ calls: 'in turn', provider: true }),
  answer({ calls: 'interleaved', provider: true }),
);

test('folding the chunks of a completion gives the completion', () => {
  fc.assert(
    fc.property(answers, ({ chunks, completion }) => {
      expect(comparable(complete(fold(chunks)))).toEqual(comparable(completion));
    }),
    { numRuns: 400 },
  );
});

test('folding never changes a chunk', () => {
  fc.assert(
    fc.property(answers, ({ chunks }) => {
      const before = structuredClone(chunks);
      fold(chunks);
      expect(chunks).toEqual(before);
    }),
    { numRuns: 100 },
  );
});

test('the snapshot after any number of chunks is the fold of those chunks alone', () => {
  fc.assert(
    fc.property(answers, fc.nat(), ({ chunks }, cut) => {
      const start = chunks.slice(0, 1 + (cut % chunks.length));
      let snapshot: ChatCompletionSnapshot | undefined;
      const seen: unknown[] = [];
      for (const chunk of chunks) {
        snapshot = accumulate(snapshot, chunk);
        seen.push(structuredClone(snapshot));
      }
      expect(fold(start)).toEqual(seen[start.length - 1]);
    }),
    { numRuns: 100 },
  );
});

test('log-probabilities are kept in order, each once', () => {
  fc.assert(
    fc.property(answers, ({ chunks }) => {
      for (const { index, logprobs } of fold(chunks).choices) {
        for (const name of ['content', 'refusal'] as const) {
          const sent = chunks.flatMap((chunk) =>
            chunk.choices.flatMap((part) => (part.index === index && part.logprobs?.[name]) || []),
          );
          expect(logprobs?.[name] ?? []).toEqual(sent);
        }
      }
    }),
    { numRuns: 100 },
  );
});
