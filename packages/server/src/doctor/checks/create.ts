/** Models, and completions that are not streamed. */
import { deviating, missing, pass, undecided, unless, type Check } from '../check.ts';
import type { DeviationName } from '../deviations.ts';
import { at, isObject, itemsOf, namesOf, numberOf, textOf } from '../look.ts';
import { choicesOf, finishOf, strangeFinish, strangeNames, textOfWhole } from './parts.ts';

const fieldsOfCompletion = [
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'system_fingerprint',
  'service_tier',
  'metadata',
  'moderation',
];

export const createChecks: Check[] = [
  {
    id: 'models.list',
    title: 'lists its models',
    probe: 'models',
    judge({ json }) {
      if (Array.isArray(json)) return deviating([{ name: 'bareList' }]);
      const models = itemsOf(at(json, 'data'));
      return unless(
        models.length === 0 ? 'no list of models' : !at(models, 0, 'id') && 'models without an id',
      );
    },
    missing: 'look up model names elsewhere',
  },
  {
    id: 'models.retrieve',
    title: 'returns a model by its name',
    probe: 'model',
    judge: ({ json }) => unless(textOf(at(json, 'id')) === '' && 'no model'),
    missing: 'use `models.list()`',
  },
  {
    id: 'create.text',
    title: 'responds with text',
    probe: 'plain',
    judge(response) {
      if (!isObject(response.json)) return missing('the body is not a JSON object');
      if (textOfWhole(response) !== '') return pass();
      const reason = finishOf(at(response.json, 'choices', 0));
      return reason === 'length'
        ? undecided('the limit of tokens was reached before any text')
        : missing('no text');
    },
    missing: 'use another model or another server',
  },
  {
    id: 'create.body',
    title: 'sends JSON from the first byte, with a JSON content type',
    probe: 'plain',
    judge: ({ text, headers }) =>
      deviating([
        /^\s/.test(text) && { name: 'blankLinesBeforeBody' as const },
        !isJSONType(headers['content-type']) && { name: 'strangeType' as const },
      ]),
    missing: 'parse the body, whatever its content type',
  },
  {
    id: 'create.fields',
    title: 'has `id`, `object`, `created` and `model`',
    probe: 'plain',
    judge({ json }) {
      const strange = strangeNames(json, fieldsOfCompletion);
      return deviating(
        absent(json, { id: 'string', object: 'string', created: 'number', model: 'string' }),
        strange.length > 0 ? `also: ${strange.join(', ').slice(0, 100)}` : undefined,
      );
    },
    missing: 'do not rely on these fields',
  },
  {
    id: 'create.id',
    title: 'sends a different id with each completion',
    probe: 'plain',
    judge({ json, headers }) {
      const id = textOf(at(json, 'id'));
      if (id.startsWith('gen-') || 'x-generation-id' in headers) return deviating([{ name: 'generationId' }]);
      return deviating([!/^chatcmpl-[\w-]{16,200}$/.test(id) && { name: 'envelope', detail: 'id' }]);
    },
    missing: 'create your own ids',
  },
  {
    id: 'create.choice',
    title: 'has choices with `index` and `finish_reason`',
    probe: 'plain',
    judge({ json }) {
      const [choice] = choicesOf(json);
      if (choice === undefined) return missing('no choices');
      const reason = finishOf(choice);
      if (reason === '') return missing('no finish reason');
      return deviating([
        at(choice, 'index') === undefined && { name: 'choicesWithoutIndex' },
        strangeFinish([reason]),
      ]);
    },
    missing: 'do not rely on the finish reason',
  },
  {
    id: 'create.message',
    title: 'has an assistant message whose content is a string',
    probe: 'plain',
    judge({ json }) {
      const message = at(json, 'choices', 0, 'message');
      if (!isObject(message)) return missing('no message');
      const { content } = message;
      return deviating([
        textOf(message['role']) === '' && { name: 'roleNeverSent' as const },
        Array.isArray(content) && { name: 'contentParts' as const },
        typeof content === 'number' && { name: 'numbersInContent' as const },
      ]);
    },
    missing: 'convert the content to a string',
  },
  {
    id: 'create.reasoning',
    title: 'does not mix reasoning into the text',
    probe: 'plain',
    judge: ({ json }) => deviating([reasoningOf(at(json, 'choices', 0, 'message'))]),
    missing: 'remove the reasoning from the text',
  },
  {
    id: 'create.turns',
    title: 'accepts a conversation with several turns',
    probe: 'turns',
    judge: ({ json }) => unless(choicesOf(json).length === 0 && 'no choices'),
    missing: 'send the conversation as one user message',
  },
  {
    id: 'create.system',
    title: 'accepts `system` messages',
    probe: 'system',
    judge: ({ json }) => unless(choicesOf(json).length === 0 && 'no choices'),
    missing: 'put instructions into the first user message',
  },
  {
    id: 'create.developer',
    title: 'accepts `developer` messages',
    probe: 'developer',
    judge: ({ json }) => unless(choicesOf(json).length === 0 && 'no choices'),
    missing: 'send `system` messages instead',
  },
  {
    id: 'create.parts',
    title: 'accepts content as a list of parts',
    probe: 'parts',
    judge: ({ json }) => unless(choicesOf(json).length === 0 && 'no choices'),
    missing: 'send strings, and no images or files',
  },
];

/** Whether it is the content type of JSON. */
export const isJSONType = (type = ''): boolean => /^application\/(?:[\w.+-]+\+)?json\b/i.test(type);

/** The fields of the API that a response should have and has not. */
export function absent(
  value: unknown,
  types: Record<string, 'string' | 'number'>,
): { name: 'without'; detail: string }[] {
  return Object.entries(types)
    .filter(([name, type]) => {
      const field = at(value, name);
      return type === 'string' ? textOf(field) === '' : Number.isNaN(numberOf(field));
    })
    .map(([name]) => ({ name: 'without', detail: name }));
}

/** Where a message has its reasoning, if it has any. */
export function reasoningOf(message: unknown): { name: DeviationName; detail?: string } | undefined {
  const details = at(message, 'reasoning_details');
  if (itemsOf(details).length > 0) return { name: 'reasoningWithDetails' };
  const content = at(message, 'content');
  if (/<(reasoning|think|thinking|thought)>/i.test(textOf(content))) return { name: 'reasoningInContent' };
  const field = namesOf(message).find(
    (name) =>
      /^(?:reasoning|reasoning_content|thinking|reasoning_text)$/.test(name) && textOf(at(message, name)),
  );
  return field === undefined ? undefined : { name: 'reasoningIn', detail: field };
}
