/**
 * What a request asked to be parsed, captured once: how to read the content of its answers, and the arguments of
 * the calls to each of its tools. Nothing here looks at a completion.
 */
import { isAutoParsableResponseFormat, isAutoParsableTool, type SelfParsing } from './format.ts';
import { parseJSON } from './json.ts';

/** How one text of an answer (the content, or the arguments of a call) becomes a value. */
export interface Reader {
  /** The value of the finished text. Throws a `SyntaxError` (never quoting it), or what the validator throws. */
  parse(text: string): unknown;
  /** What `parsed` shows while the text arrives, given the JSON value readable so far: it unwraps a wrapped root. */
  partial(value: unknown): unknown;
}

/** The readers of one request. Later changes to its body do not reach them. */
export interface Readers {
  /** Whether answers must end well: a parseable format, a helper-made tool, or a function with `strict: true`. */
  active: boolean;
  /** Whether answers must end well even when nothing is parsed. */
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

const plain: Reader = { parse: parseJSON, partial: asIs };

const own = (made: SelfParsing): Reader => ({
  parse: (text) => made.$parseRaw(text),
  partial: made.$partial ? (value) => made.$partial!(value) : asIs,
});

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
  if (isAutoParsableResponseFormat(format)) return own(format);
  return (format as Fields | null | undefined)?.['type'] === 'json_schema' ? plain : undefined;
}
