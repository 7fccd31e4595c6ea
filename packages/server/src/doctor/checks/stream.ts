/** Streams: their bytes, their chunks, and how they end. */
import { deviating, missing, pass, undecided, type Check, type Found, type Verdict } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { at, isObject, namesOf, parsed, shown, textOf } from '../look.ts';
import { absent, reasoningOf } from './create.ts';
import {
  choicesOf,
  contentOf,
  finishOf,
  firstChoice,
  piecesOf,
  strangeFinish,
  strangeNames,
  textOfStream,
  type Piece,
} from './parts.ts';

const all: Check[] = [
  {
    id: 'stream.type',
    title: 'responds to `stream: true` with an event stream',
    probe: 'stream',
    judge({ headers, json, chunks }) {
      if (isObject(json)) return deviating([{ name: 'jsonForStream' }]);
      if (chunks.values.length === 0) return missing('no events');
      const type = headers['content-type'] ?? '';
      return deviating([
        !type.startsWith('text/event-stream') && { name: 'strangeType', detail: shown(type, 40) },
        chunks.values.every((value) => choicesOf(value).length === 0 && at(value, 'error') !== undefined) && {
          name: 'errorInEvents',
        },
      ]);
    },
    missing: 'send requests without `stream`',
  },
  {
    id: 'stream.spelling',
    title: 'sends `data: ` with a space',
    probe: 'stream',
    judge: ({ chunks }) => deviating([chunks.isCramped && { name: 'noSpaceAfterData' }]),
    missing: 'accept `data:` without a space',
    source: 'HTML, server-sent events',
  },
  {
    id: 'stream.pings',
    title: 'sends no comments or other events between chunks',
    probe: 'stream',
    judge: ({ chunks }) => deviating([pingOf(chunks)]),
    missing: 'skip comments, and events without data',
    source: 'HTML, server-sent events',
  },
  {
    id: 'stream.frames',
    title: 'sends each chunk as JSON in its own event',
    probe: 'stream',
    judge({ chunks }) {
      if (!chunks.values.includes(undefined)) return pass();
      const isGlued = chunks.frames.some(({ data }) => data?.includes('data:') && parsed(data) === undefined);
      return isGlued ? deviating([{ name: 'gluedFrames' }]) : missing('data that is not JSON');
    },
    missing: 'send requests without `stream`',
  },
  {
    id: 'stream.done',
    title: 'ends with `data: [DONE]`',
    probe: 'stream',
    judge: ({ chunks: { dones, isEnded } }) =>
      dones === 0
        ? missing('no `[DONE]`')
        : deviating([dones > 1 && { name: 'doneTwice' }, !isEnded && { name: 'doneWithoutBlankLine' }]),
    missing: 'check the finish reason to detect a stream that was cut off',
  },
  {
    id: 'stream.text',
    title: 'sends the text in several chunks',
    probe: 'stream',
    judge(response) {
      const texts = firstChoice(response).filter(({ delta }) => contentOf(at(delta, 'content')) !== '');
      if (texts.length === 0) return undecided('no text, perhaps because the limit of tokens was reached');
      return deviating([texts.length === 1 && { name: 'oneChunk' }]);
    },
    missing: 'do not expect text before the end',
  },
  {
    id: 'stream.fields',
    title: 'has `id`, `object`, `created` and `model` in every chunk',
    probe: 'stream',
    judge(response) {
      const chunks = piecesOf(response).filter(({ delta }) => delta !== undefined);
      if (chunks.length === 0) return missing('no chunks with choices');
      const types = { id: 'string', object: 'string', created: 'number', model: 'string' } as const;
      const found = chunks.flatMap(({ chunk }) => absent(chunk, types));
      return deviating(unique(found));
    },
    missing: 'do not rely on these fields',
  },
  {
    id: 'stream.more-fields',
    title: 'sends no fields that the API does not have',
    probe: 'stream',
    judge: (response) => deviating([...strangeChunks(response), ...strangeChoices(response)]),
    missing: 'ignore unknown fields',
  },
  {
    id: 'stream.choices',
    title: 'has choices in every chunk, each with `index` and `delta`',
    probe: 'stream',
    judge: (response) => deviating([...chunksWithoutChoices(response), ...bareChoices(response)]),
    missing: 'use index 0, and do not request several choices',
  },
  {
    id: 'stream.role',
    title: 'sends the role in the first chunk only',
    probe: 'stream',
    judge: (response) => judgeRoles(firstChoice(response).filter(({ delta }) => isObject(delta))),
    missing: 'assume `assistant`',
  },
  {
    id: 'stream.content',
    title: 'sends content as a string',
    probe: 'stream',
    judge(response) {
      const contents = firstChoice(response).map(({ delta }) => at(delta, 'content'));
      return deviating([
        contents[0] === null && { name: 'firstContentNull' },
        contents.some((content) => typeof content === 'number') && { name: 'numbersInContent' },
        contents.some(Array.isArray) && { name: 'contentParts' },
      ]);
    },
    missing: 'convert the content to a string',
  },
  {
    id: 'stream.delta',
    title: 'sends no null or empty fields in deltas',
    probe: 'stream',
    judge: (response) => deviating(emptyFields(firstChoice(response))),
    missing: 'ignore null and empty values',
  },
  {
    id: 'stream.reasoning',
    title: 'does not mix reasoning into the text',
    probe: 'stream',
    judge: (response) => deviating([streamedReasoning(response)]),
    missing: 'remove the reasoning from the text',
  },
  {
    id: 'stream.finish',
    title: 'sends one finish reason, in a chunk after the text',
    probe: 'stream',
    judge: judgeFinish,
    missing: 'do not rely on the finish reason',
  },
  {
    id: 'stream.unfinished',
    title: 'sends `finish_reason: null` before the end',
    probe: 'stream',
    judge(response) {
      const before = firstChoice(response).filter(({ choice }) => finishOf(choice) === '');
      return deviating([
        before.some(({ choice }) => !namesOf(choice).includes('finish_reason')) && {
          name: 'noFinishKeyBeforeEnd',
        },
        before.some(({ choice }) => at(choice, 'finish_reason') === '') && { name: 'emptyFinishReason' },
      ]);
    },
    missing: 'treat an empty or missing finish reason as null',
  },
];

/** Where there is no stream, that is one finding and not fifteen. */
export const streamChecks: Check[] = all.map((check) =>
  check.id === 'stream.type'
    ? check
    : {
        ...check,
        judge: (...responses) =>
          responses[0]?.chunks.values.length === 0
            ? undecided('there is no stream')
            : check.judge(...responses),
      },
);

/** One of each. */
function unique<Item extends Found>(found: readonly Item[]): Item[] {
  return [...new Map(found.map((one) => [`${one.name} ${one.detail}`, one])).values()];
}

/** What keeps the connection awake, without its numbers. */
function pingOf({ comments, frames }: Exchange['chunks']): Found | undefined {
  const [comment] = comments;
  if (comment !== undefined) {
    return { name: 'pings', detail: shown(`: ${comment.slice(0, 100).replace(/[\s-]*\d.*$/, '')}`, 40) };
  }
  const ping = frames.find(({ event, data }) => event !== '' && event !== 'error' && (data ?? '') === '');
  return ping && { name: 'pings', detail: shown(`event: ${ping.event}`, 40) };
}

const fieldsOfChunk = [
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'system_fingerprint',
  'service_tier',
  'obfuscation',
  'x_groq', // has the usage, and is judged with it
];

/** Fields of chunks, by the chunks that have them. */
function strangeChunks(response: Exchange): Found[] {
  const pieces = firstChoice(response).filter(({ delta }) => isObject(delta));
  const [first] = pieces;
  const names = new Set(pieces.flatMap(({ chunk }) => strangeNames(chunk, fieldsOfChunk)));
  const having = (name: string): Piece[] => pieces.filter(({ chunk }) => at(chunk, name) !== undefined);
  const onFirst: string[] = [];
  const onFinish: string[] = [];
  const onOthers: string[] = [];
  for (const name of names) {
    const owners = having(name);
    if (owners.every((piece) => piece === first)) onFirst.push(name);
    else if (owners.every(({ choice }) => finishOf(choice) !== '')) onFinish.push(name);
    else onOthers.push(name);
  }
  return [listed('onFirstChunk', onFirst), listed('onFinish', onFinish), listed('envelope', onOthers)].flat();
}

function strangeChoices(response: Exchange): Found[] {
  const known = ['index', 'delta', 'finish_reason', 'logprobs', 'usage', 'finishReason'];
  const pieces = firstChoice(response).filter(({ delta }) => isObject(delta));
  const names = new Set(pieces.flatMap(({ choice }) => strangeNames(choice, known)));
  const inDelta = pieces.some(({ delta }) => at(delta, 'index') !== undefined);
  return [...listed('onEveryChoice', [...names]), ...(inDelta ? [{ name: 'indexInDelta' } as const] : [])];
}

function listed(name: Found['name'], fields: readonly string[]): Found[] {
  return fields.length === 0 ? [] : [{ name, detail: shown(fields.toSorted().join(', '), 80) }];
}

/** Chunks that have neither choices nor usage. */
function chunksWithoutChoices({ chunks }: Exchange): Found[] {
  const bare = chunks.values.filter(
    (value) =>
      isObject(value) && choicesOf(value).length === 0 && !isObject(value['usage']) && !value['error'],
  );
  const names = bare.flatMap((value) => strangeNames(value, fieldsOfChunk));
  return bare.length === 0 ? [] : [{ name: 'chunkBefore', detail: shown(names.join(', '), 80) }];
}

function bareChoices(response: Exchange): (Found | false)[] {
  const pieces = piecesOf(response);
  const withDelta = pieces.filter(({ delta }) => isObject(delta));
  return [
    withDelta.length < pieces.length && { name: 'chunkAfterFinish' },
    withDelta.some(({ choice }) => at(choice, 'index') === undefined) && { name: 'choicesWithoutIndex' },
  ];
}

function judgeRoles(pieces: readonly Piece[]): Verdict {
  const roles = pieces.map(({ delta }) => at(delta, 'role'));
  const given = roles.filter((role) => textOf(role) !== '');
  return deviating([
    given.length === 0 && { name: 'roleNeverSent' },
    given.length > 1 && { name: 'roleOnEveryChunk' },
    roles.includes(null) && { name: 'roleNullLater' },
  ]);
}

/** Fields that are null or empty without need. The API itself sends a content that is empty, and a refusal that is null. */
function emptyFields(pieces: readonly Piece[]): Found[] {
  const names = new Set(
    pieces.flatMap(({ delta }) =>
      namesOf(delta).filter((name) => {
        const value = at(delta, name);
        return !/^(?:role|content|refusal)$/.test(name) && (value === null || value === '');
      }),
    ),
  );
  return listed('onEveryDelta', [...names]);
}

function streamedReasoning(response: Exchange): Found | undefined {
  const deltas = firstChoice(response).map(({ delta }) => delta);
  if (/<(reasoning|think|thinking|thought)>/i.test(textOfStream(response)))
    return { name: 'reasoningInContent' };
  const all = deltas.map((delta) => reasoningOf(delta)).filter((one) => one !== undefined);
  const [first] = all;
  if (first?.name !== 'reasoningIn' || first.detail === undefined) return first;
  const texts = deltas.map((delta) => textOf(at(delta, first.detail!))).filter(Boolean);
  const repeats = texts.length > 2 && texts.every((text, index) => text.startsWith(texts[index - 1] ?? ''));
  return repeats ? { name: 'reasoningCumulative' } : first;
}

function judgeFinish(response: Exchange): Verdict {
  const pieces = firstChoice(response);
  if (pieces.length === 0) return missing('no choices');
  const ends = pieces.filter(({ choice }) => finishOf(choice) !== '');
  const [end] = ends;
  if (end === undefined) {
    const other = pieces
      .flatMap(({ choice }) => namesOf(choice).map((name) => [name, at(choice, name)] as const))
      .find(([name, value]) => /finish/i.test(name) && textOf(value) !== '');
    return other
      ? deviating([{ name: 'finishUnderOtherName', detail: shown(other[0], 40) }])
      : deviating([{ name: 'finishStaysNull' }]);
  }
  const hasText = contentOf(at(end.delta, 'content')) !== '';
  return deviating([
    strangeFinish([finishOf(end.choice)]),
    ends.length > 1 && { name: 'finishRepeated', detail: `${ends.length} times` },
    hasText && { name: 'finishWithLastText' },
  ]);
}
