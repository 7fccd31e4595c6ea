/** Records to store. */
import type { StoreRecord } from '../../src/store/completions.ts';

export interface Sample {
  id: string;
  created: number;
  model: string;
  metadata: Record<string, string> | null;
}

/** A record to store; `content` and what the request holds come back as they are. */
export function record(
  sample: Partial<Sample> & { id: string },
  content = 'Hello',
  messages?: object[],
): StoreRecord {
  const { id, created = 1_700_000_000, model = 'm', metadata = null } = sample;
  return {
    completion: {
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content, refusal: null },
        },
      ],
    },
    request: { model, messages: messages ?? [{ role: 'user', content: 'Hi' }], metadata, store: true },
  } as StoreRecord;
}
