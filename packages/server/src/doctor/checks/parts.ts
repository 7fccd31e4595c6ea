/** Functions that several checks use: for the choices of a completion, the deltas of a stream, and tool calls. */
import type { Found } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { at, isObject, itemsOf, namesOf, textOf } from '../look.ts';

export const choicesOf = (value: unknown): unknown[] => itemsOf(at(value, 'choices'));

/** The text of a content: a string, or a list of parts. */
export function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (typeof content === 'number') return String(content);
  return itemsOf(content)
    .map((part) => textOf(at(part, 'text')))
    .join('');
}

/** The text of the first choice of a completion. */
export const textOfWhole = ({ json }: Exchange): string =>
  contentOf(at(json, 'choices', 0, 'message', 'content'));

/** One choice of one chunk. */
export interface Piece {
  chunk: unknown;
  choice: unknown;
  delta: unknown;
  /** Its place in the stream. */
  place: number;
}

/** Every choice of every chunk, in order. */
export const piecesOf = ({ chunks }: Exchange): Piece[] =>
  chunks.values.flatMap((chunk, place) =>
    choicesOf(chunk).map((choice) => ({ chunk, choice, delta: at(choice, 'delta'), place })),
  );

/** The pieces of the first choice, and of those without an index. */
export const firstChoice = (response: Exchange): Piece[] =>
  piecesOf(response).filter(({ choice }) => (at(choice, 'index') ?? 0) === 0);

export const textOfStream = (response: Exchange): string =>
  firstChoice(response)
    .map(({ delta }) => contentOf(at(delta, 'content')))
    .join('');

/** The finish reason of a choice, or `''`. */
export const finishOf = (choice: unknown): string => textOf(at(choice, 'finish_reason'));

export const finishReasons = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

/** A finish reason that the API does not have. */
export function strangeFinish(reasons: readonly string[]): Found | undefined {
  const strange = reasons.find((reason) => reason !== '' && !finishReasons.has(reason));
  return strange === undefined ? undefined : { name: 'finishReasons', detail: strange };
}

/** The names of an object that are not in the list, for a note. */
export function strangeNames(value: unknown, known: readonly string[]): string[] {
  return namesOf(value).filter((name) => !known.includes(name));
}

/** A call, as a completion has it or as the fragments of a stream make it. */
export interface Call {
  id: string;
  name: string;
  /** As it was sent, or as its fragments join. */
  arguments: unknown;
  type: unknown;
}

export const callsOfWhole = ({ json }: Exchange): unknown[] =>
  itemsOf(at(json, 'choices', 0, 'message', 'tool_calls'));

export function readCall(call: unknown): Call {
  return {
    id: textOf(at(call, 'id')),
    name: textOf(at(call, 'function', 'name')),
    arguments: at(call, 'function', 'arguments'),
    type: at(call, 'type'),
  };
}

/** The fragments of calls in the first choice of a stream. */
export const fragmentsOf = (response: Exchange): { fragment: unknown; piece: Piece }[] =>
  firstChoice(response).flatMap((piece) =>
    itemsOf(at(piece.delta, 'tool_calls')).map((fragment) => ({ fragment, piece })),
  );

/** The calls that fragments make. A new id, or an index that is new, begins another call. */
export function callsOfStream(response: Exchange): Call[] {
  const calls: Call[] = [];
  let last: unknown;
  for (const { fragment } of fragmentsOf(response)) {
    const call = readCall(fragment);
    const index = at(fragment, 'index');
    const isNew =
      calls.length === 0 ||
      (call.id !== '' && call.id !== calls.at(-1)?.id) ||
      (index !== undefined && index !== last);
    last = index;
    if (isNew) calls.push(call);
    else {
      const before = calls.at(-1)!;
      if (typeof before.arguments === 'string') before.arguments += textOf(call.arguments);
    }
  }
  return calls;
}

/** The value of arguments, whether they are JSON text or an object. */
export function valueOf(given: unknown): unknown {
  if (isObject(given)) return given;
  try {
    return JSON.parse(textOf(given));
  } catch {
    return undefined;
  }
}
