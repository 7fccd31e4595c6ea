/** Validates moderation requests, and creates their responses. */
import { randomUUID } from 'node:crypto';
import type { Moderation, ModerationRequest } from '../models/neighbours.ts';
import type { Sliced } from '../slices.ts';
import { checkBody, type Parameters } from '../validation/body.ts';
import { byFirstItem, either, list, object, required, text, variants } from '../validation/checks.ts';
import { dataOrWebURL, modelName } from '../validation/parameters.ts';

const item = variants('type', {
  text: object({ text: required(text()) }),
  image_url: object({ image_url: required(object({ url: required(dataOrWebURL) })) }),
});

const arrays = {
  string: list(text(), 'strings', { min: 1 }),
  object: list(item, 'objects', { min: 1 }),
};

const parameters: Parameters = {
  input: required(
    either(
      { string: text(), array: byFirstItem(arrays, 'one of a string or object') },
      'one of a string, array of strings or array of objects',
    ),
  ),
  model: modelName,
};

/** `value` with the default model where it names none. Throws an `ApiError` for what is not a request. */
export function* validateModeration(value: unknown): Sliced<ModerationRequest> {
  const body = yield* checkBody(value, parameters);
  return { ...(body as unknown as ModerationRequest), model: (body['model'] ?? defaultModel) as string };
}

const defaultModel = 'omni-moderation-latest';

export function moderationResponse({ model }: ModerationRequest, results: Moderation[]): object {
  return { id: `modr-${randomUUID().replaceAll('-', '')}`, model, results };
}
