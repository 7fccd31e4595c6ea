/** Models that say what a test tells them to, so that no test depends on how the sandbox model plans an answer. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatModel, Chunk } from '../../src/models/model.ts';
import { Models } from '../../src/models/routing.ts';

let answers = 0;

/** The chunks of an answer: a role, each text, a finish and the usage. Every answer has an id of its own. */
export function chunksOf(texts: readonly string[], model = 'test-model'): Chunk[] {
  const base = {
    id: `chatcmpl-test${++answers}`,
    object: 'chat.completion.chunk' as const,
    created: 1_700_000_000 + answers,
    model,
  };
  const choice = (delta: object, finish_reason: 'stop' | null = null): Chunk =>
    ({ ...base, choices: [{ index: 0, delta, finish_reason, logprobs: null }] }) as Chunk;
  return [
    choice({ role: 'assistant', content: '' }),
    ...texts.map((content) => choice({ content })),
    choice({}, 'stop'),
    {
      ...base,
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: texts.length, total_tokens: 1 + texts.length },
    },
  ];
}

/** A model whose answer `script` writes; `script` may wait, throw, or look at the signal. */
export function scriptedModel(script: ChatModel['complete'], id = 'test-model'): ChatModel {
  return { id, created: 1_700_000_000, ownedBy: 'tests', complete: script };
}

/** Answers every request with the same texts, one turn of the event loop between chunks when `paced`. */
export function sayingModel(texts: readonly string[], { paced = false } = {}): ChatModel {
  return scriptedModel(async function* (request, signal) {
    for (const chunk of chunksOf(texts, request.model)) {
      if (paced) await nextTurn();
      signal.throwIfAborted();
      yield chunk;
    }
  });
}

/** `model` behind its own name, `other-model`, and every name that begins with `gpt-`. */
export function modelsOf(model: ChatModel): Models {
  return new Models([
    { name: model.id, model },
    { name: 'other-model', model },
    { name: 'org/with-slash', model },
    { name: 'gpt-*', model },
  ]);
}
