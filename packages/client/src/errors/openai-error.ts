/**
 * The base class of all errors, and functions for errors of any class. Programs that only read schemas load no more of
 * the errors.
 */
import type { ChatCompletion } from '../types/completion.ts';

/** The part of a completion that was received. Unfinished choices have a `finish_reason` of null. */
export interface PartialChatCompletion extends Omit<ChatCompletion, 'choices'> {
  /** The choices so far, in order of `index`. */
  choices: (Omit<ChatCompletion.Choice, 'finish_reason'> & {
    /** `null` when the choice was not finished. */
    finish_reason: ChatCompletion.Choice['finish_reason'] | null;
  })[];
}

/** The base class of all errors except {@link InvalidWebhookSignatureError}. */
export class OpenAIError extends Error {
  /** What had come of a streamed completion when it failed; undefined when nothing had. Not enumerable. */
  declare readonly partial?: PartialChatCompletion | undefined;
  /** The lines of the event, or the body, that could not be read, as received. Only with `debugWire`. Not enumerable. */
  declare readonly raw?: string | undefined;
  /** The completion that could not be parsed, as far as it had come. Not enumerable. */
  declare readonly completion?: ChatCompletion | undefined;
  /** The text that could not be parsed: the content of a message, or the arguments of a call. Not enumerable. */
  declare readonly text?: string | undefined;
}

/** The facts that {@link attach} puts on errors. */
export const attachments = ['partial', 'raw', 'completion', 'text'] as const;

/**
 * Adds a fact about a failed response to its error, as a getter that printing does not show. Keeps a fact that the error
 * already has.
 */
export function attach<E>(error: E, name: (typeof attachments)[number], read: () => unknown): E {
  if (Object(error) !== error || name in (error as object)) return error;
  let value: unknown;
  return Object.defineProperty(error, name, { get: () => (value ??= read()), configurable: true });
}

/** Returns `value` if it is an error of any realm, otherwise an Error that describes it. */
export function castToError(value: unknown): Error {
  let text: string = Object.prototype.toString.call(value);
  if (value instanceof Error || text === '[object Error]') return value as Error;
  try {
    text = (typeof value === 'object' && JSON.stringify(value)) || String(value);
  } catch {
    // A cycle, thousands of levels, or a value without a text: its type has to do.
  }
  return new Error(text);
}

/**
 * The text of any thrown value, such as the message of an object. Never throws, even if the value cannot be converted to
 * a string.
 */
export function textOf(value: unknown): string {
  try {
    const { message } = Object(value) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // A message that cannot be read is no message.
  }
  return castToError(value).message;
}

function brandOf(name: string): symbol {
  return Symbol.for(`colloquy.${name}`);
}

/** Whether `error` is an OpenAIError only because {@link brand} made it one. */
export function isAdopted(error: object): boolean {
  return Object.hasOwn(error, brandOf('OpenAIError'));
}

/** Makes `value` also an instance of the class with that name. */
export function brand<T extends object>(value: T, name: string): T {
  return Object.defineProperty(value, brandOf(name), { value: true });
}

/**
 * Marks the prototype of `constructor` with a registered symbol, so that copies of this module recognize each other's
 * errors. Subclasses from elsewhere have no such symbol and keep the ordinary `instanceof`.
 */
export function branded<Class extends Function>(name: string, constructor: Class): Class {
  const key = brandOf(name);
  brand(constructor.prototype, name);
  return Object.defineProperty(constructor, Symbol.hasInstance, {
    value(this: Function, value: unknown): boolean {
      return this === constructor
        ? Object(value) === value && key in (value as object)
        : Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}

branded('OpenAIError', OpenAIError);
