/**
 * The parsers of a request, captured once: for the content of its responses, and for the arguments of the calls to each
 * of its tools. Nothing here reads a completion.
 */
import { attach, brand, OpenAIError, textOf } from '../errors/openai-error.ts';
import { isPromise, quiet } from '../wire/quiet.ts';
import { isAutoParsableTool, isParseableResponseFormat, parseRaw } from './format.ts';
import type { SelfParsing } from './format.ts';
import { parseJSON } from './json.ts';

/** How one text of a response (the content, or the arguments of a call) becomes a value. */
export interface Reader {
  /**
   * The value of the finished text; with `canWait`, maybe a promise of it.
   *
   * Fails with an {@link OpenAIError} that has the text. It is also the `SyntaxError` of text that is not JSON, or what
   * the validator threw.
   */
  parse(text: string, canWait?: boolean): unknown;
  /** What `parsed` shows while the text arrives, given the JSON value readable so far: it unwraps a wrapped root. */
  partial(value: unknown): unknown;
}

/** The readers of one request. Later changes to its body do not reach them. */
export interface Readers {
  /** Whether responses must be complete: a parseable format, a helper-made tool, or a function with `strict: true`. */
  active: boolean;
  /** Whether responses must be complete even if nothing is parsed. */
  whole?: boolean | undefined;
  /** Reads the content; undefined when the format is text, `json_object` or absent. */
  content: Reader | undefined;
  /** Reads the arguments of calls to the function `name`; undefined when they stay text. */
  tool(name: string): Reader | undefined;
}

type Fields = Record<string, any>;

/** The `partial` of a reader that shows what has been read just so. */
export function asIs(value: unknown): unknown {
  return value;
}

const plain = /* @__PURE__ */ readerOf(parseJSON); // so that programs without readers can leave it out

const own = (made: SelfParsing): Reader =>
  readerOf(
    (text, canWait) => parseRaw(made, text, canWait),
    made.$partial && ((value) => made.$partial!(value)),
  );

function readerOf(read: Reader['parse'], partial: Reader['partial'] = asIs): Reader {
  return {
    parse(text, canWait) {
      const fail = (error: unknown): never => {
        throw unreadable(error, text);
      };
      try {
        const value = read(text, canWait);
        return canWait && isPromise(value) ? quiet(Promise.resolve(value).catch(fail)) : value;
      } catch (error) {
        return fail(error);
      }
    },
    partial,
  };
}

/**
 * What a parser threw as an {@link OpenAIError} that has the text. It is the same object where it can be, so that callers
 * who look for a `ZodError` find it. One that was thrown before, or cannot be extended, becomes the cause of a new one.
 */
function unreadable(error: unknown, text: string): OpenAIError {
  const fits = error instanceof Error && Object.isExtensible(error) && !('text' in error);
  let failure = fits ? error : new OpenAIError(textOf(error), { cause: error });
  if (!(failure instanceof OpenAIError)) failure = brand(failure, 'OpenAIError');
  return attach(failure, 'text', () => text);
}

/** The readers of `body`; with `null` there are none. Of several functions with one name, the first counts. */
export function readersFor(
  body: { response_format?: unknown; tools?: Iterable<unknown> | undefined } | null | undefined,
): Readers {
  const content = contentReader(body?.response_format);
  const tools = new Map<string, Reader | undefined>();
  let active = content !== undefined;
  for (const tool of (body?.tools ?? []) as Iterable<Fields>) {
    const made = isAutoParsableTool(tool);
    active ||= made || (tool['type'] === 'function' && tool['function']?.strict === true);
    const name = tool['function']?.name;
    if (tool['type'] === 'function' && !tools.has(name)) {
      tools.set(name, made ? own(tool) : tool['function']?.strict ? plain : undefined);
    }
  }
  return { active, content, tool: (name) => tools.get(name) };
}

/** The reader of a response format, or undefined when it does not promise JSON of a schema. */
export function contentReader(format: unknown): Reader | undefined {
  if (!isParseableResponseFormat(format)) return undefined;
  // A format that was made by hand brings its parser without our brand.
  return typeof (format as SelfParsing).$parseRaw === 'function' ? own(format as SelfParsing) : plain;
}
