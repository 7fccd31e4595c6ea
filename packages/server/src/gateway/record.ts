/** Converts the completion of an upstream to the form in which it is stored. */
import { maxIdLength } from '../config.ts';
import type { Completion, CompletionRequest } from '../models/model.ts';
import { newCompletionId } from '../sandbox/ids.ts';
import { isStorable } from '../store/rows.ts';
import type { Asked } from './asked.ts';

export interface UpstreamRecord {
  completion: Completion;
  request: CompletionRequest;
}

/** What servers leave out, or send in another type, is filled in: an id, a time, a model. */
export function recordOf(completion: Completion, { body, model: asked }: Asked): UpstreamRecord {
  const { id, object: _object, created, model, ...rest } = completion as Partial<Completion>;
  return {
    completion: {
      id: isText(id) && id.length <= maxIdLength ? id : newCompletionId('chatcmpl'),
      object: 'chat.completion',
      created: Number.isSafeInteger(created) && created! >= 0 ? created! : Math.floor(Date.now() / 1000),
      model: isText(model) ? model : (asked ?? ''),
      ...rest,
    } as Completion,
    request: body as unknown as CompletionRequest,
  };
}

/** The record under an id that no other has: some servers use an id again. */
export function withNewId({ completion, request }: UpstreamRecord): UpstreamRecord {
  return { completion: { ...completion, id: newCompletionId(completion.id.slice(0, 80)) }, request };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && isStorable(value);
}
