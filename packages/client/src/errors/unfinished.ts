/** Completions that ended before they could be parsed. */
import type { ChatCompletion, CompletionUsage } from '../types/completion.ts';
import { attach, branded, OpenAIError } from './openai-error.ts';

/**
 * A response that ended early. The properties have what was received. They are not enumerable, so printing the error
 * does not show them. They are undefined if the error was constructed without arguments.
 */
export class UnfinishedAnswerError extends OpenAIError {
  readonly #choice: number;

  constructor(reason: string, completion: ChatCompletion | undefined, choice: number) {
    super(`Could not parse response content as ${reason}`);
    attach(this, 'completion', () => completion);
    this.#choice = choice;
  }

  /** The tokens spent on it, if the server reported them. */
  get usage(): CompletionUsage | undefined {
    return this.completion?.usage;
  }

  /** The content of the choice that ended early: the beginning of a JSON text, or null when there is none. */
  get partialText(): string | null | undefined {
    return this.completion?.choices[this.#choice]?.message?.content;
  }
}

export interface UnfinishedAnswerClass<Instance = UnfinishedAnswerError> {
  /** `choice` is the position in `completion.choices` of the one that ended early. */
  new (completion?: ChatCompletion, choice?: number): Instance;
  /** What `instanceof` narrows to. */
  readonly prototype: Instance;
}

/** A class `name` whose errors give this reason. Its name is that of the key it is the value of. */
const unfinished = <Instance>(name: string, reason: string): UnfinishedAnswerClass<Instance> =>
  branded(
    name,
    {
      [name]: class extends UnfinishedAnswerError {
        constructor(completion?: ChatCompletion, choice = 0) {
          super(reason, completion, choice);
        }
      },
    }[name] as unknown as UnfinishedAnswerClass<Instance> & Function,
  );

// Made by calls that are marked pure: a bundler leaves out those a program does not use, but keeps every class that is
// changed after its declaration.

/** The response reached the token limit, so its content cannot be parsed. */
export interface LengthFinishReasonError extends UnfinishedAnswerError {}
/** The response reached the token limit, so its content cannot be parsed. */
export const LengthFinishReasonError: UnfinishedAnswerClass<LengthFinishReasonError> =
  /* @__PURE__ */ unfinished('LengthFinishReasonError', 'the length limit was reached');

/** The content filter stopped the response, so its content cannot be parsed. */
export interface ContentFilterFinishReasonError extends UnfinishedAnswerError {}
/** The content filter stopped the response, so its content cannot be parsed. */
export const ContentFilterFinishReasonError: UnfinishedAnswerClass<ContentFilterFinishReasonError> =
  /* @__PURE__ */ unfinished(
    'ContentFilterFinishReasonError',
    'the request was rejected by the content filter',
  );
