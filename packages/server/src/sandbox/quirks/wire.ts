/**
 * What a deviation from the API's wire can change, and how several make one wire. Chunks and completions are loosely
 * typed here: the whole point is that they are not what the types promise.
 */
import { plainText, type EventText } from '../../http/events.ts';

export interface WireCall {
  index?: number;
  id?: string;
  function?: { name?: string; arguments?: unknown };
  [field: string]: unknown;
}

/** A delta, or a message. */
export interface WireMessage {
  role?: string | null;
  content?: unknown;
  tool_calls?: WireCall[] | null;
  [field: string]: unknown;
}

export interface WireChoice {
  index?: number;
  delta?: WireMessage;
  message?: WireMessage;
  finish_reason?: string | null;
  [field: string]: unknown;
}

/** A chunk, or a completion. */
export interface WireAnswer {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  choices: WireChoice[];
  usage?: object | null;
  [field: string]: unknown;
}

type Chunks = AsyncIterable<WireAnswer>;

/** One difference, for one response; what it does not mention stays as it is. Nothing that comes in is changed in place. */
export interface Change {
  /** Changes every chunk, and a completion that is not streamed. */
  each?(answer: WireAnswer): WireAnswer;
  /** Changes a stream: chunks may be held back, joined, added and left out. */
  chunks?(chunks: Chunks): Chunks;
  /** Changes a completion that is not streamed. */
  whole?(completion: WireAnswer): WireAnswer;
  /** Changes the bytes of a stream. */
  text?(text: EventText): Partial<EventText>;
  /** Changes the bytes of a completion that is not streamed. */
  body?(json: string): string;
  headers?: Record<string, string>;
}

/** A named difference. Called once for each response, so that it may have state. */
export type Deviation = () => Change;

/** What a deviation changes of the bytes and the headers, whatever they carry. */
export const ofBytes =
  (deviation: Deviation): Deviation =>
  () => {
    const { each: _each, chunks: _chunks, whole: _whole, ...rest } = deviation();
    return rest;
  };

/** How one response is sent. */
export interface Wire {
  chunks(chunks: Chunks): Chunks;
  /** A completion that is not streamed, as the text of the body. */
  body(completion: object): string;
  text: EventText;
  headers: Record<string, string>;
}

/** The wire with all the deviations, each made on top of those before it. */
export function openWire(deviations: readonly Deviation[]): Wire {
  const changes = deviations.map((open) => open());
  return {
    chunks: (chunks) =>
      changes.reduce((before, { each, chunks: change }) => {
        const mapped = each ? eachOf(before, each) : before;
        return change ? change(mapped) : mapped;
      }, chunks),
    body: (completion) => {
      const changed = changes.reduce((before, { each = same, whole = same }) => whole(each(before)), {
        ...completion,
      } as WireAnswer);
      return changes.reduce((before, { body = same }) => body(before), JSON.stringify(changed));
    },
    text: changes.reduce<EventText>((before, { text }) => ({ ...before, ...text?.(before) }), plainText),
    headers: Object.assign({}, ...changes.map(({ headers }) => headers)) as Record<string, string>,
  };
}

const same = <T>(value: T): T => value;

async function* eachOf(
  chunks: Chunks,
  change: (chunk: WireAnswer) => WireAnswer,
): AsyncGenerator<WireAnswer> {
  for await (const chunk of chunks) yield change(chunk);
}

/** The completion, or chunk, with its choices changed. */
export function withChoices(answer: WireAnswer, change: (choice: WireChoice) => WireChoice): WireAnswer {
  return { ...answer, choices: answer.choices.map((choice) => change(choice)) };
}

/** The choice with its delta or its message changed. */
export function withMessage(choice: WireChoice, change: (message: WireMessage) => WireMessage): WireChoice {
  if (choice.delta) return { ...choice, delta: change(choice.delta) };
  return choice.message ? { ...choice, message: change(choice.message) } : choice;
}

/** The completion, or chunk, with every tool call changed. `change` receives the position of the call in its message. */
export function withCalls(answer: WireAnswer, change: (call: WireCall, at: number) => WireCall): WireAnswer {
  return withChoices(answer, (choice) =>
    withMessage(choice, (message) =>
      message.tool_calls
        ? { ...message, tool_calls: message.tool_calls.map((call, at) => change(call, at)) }
        : message,
    ),
  );
}

/** Whether the chunk ends a choice. */
export const isFinish = (chunk: WireAnswer): boolean => chunk.choices.some((choice) => choice.finish_reason);
