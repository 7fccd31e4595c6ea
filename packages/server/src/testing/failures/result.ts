/** The result of a run: its text, or how it failed. */

/** What a handler may return. */
export type Handled = string | Response | object | null | undefined;

export type Ended =
  | { kind: 'text'; text: string }
  /** A failure that the caller of the handler can see: a rejection, an error status, a body that breaks. */
  | { kind: 'failed'; error?: unknown; detail: string };

/** Never rejects. */
export async function ended(run: () => Handled | Promise<Handled>): Promise<Ended> {
  let handled: Handled;
  try {
    handled = await run();
  } catch (error) {
    return { kind: 'failed', error, detail: describe(error) };
  }
  if (!isResponse(handled)) return { kind: 'text', text: textOf(handled) };
  let body: string;
  try {
    body = await handled.text();
  } catch (error) {
    return { kind: 'failed', detail: `its body failed with ${describe(error)}` };
  }
  if (handled.status >= 400)
    return { kind: 'failed', detail: `it responded with the status ${handled.status}` };
  return relayed(body);
}

/** Not `instanceof`: a framework may have a class of its own. */
function isResponse(handled: Handled): handled is Response {
  const { status, text } = (handled ?? {}) as Partial<Response>;
  return typeof status === 'number' && typeof text === 'function';
}

function textOf(handled: string | object | null | undefined): string {
  if (typeof handled === 'string') return handled;
  return JSON.stringify(handled) ?? '';
}

/** The text in a body that passes chunks on, as events or as lines of JSON; any other body is the text itself. */
function relayed(body: string): Ended {
  const values: any[] = [];
  for (const line of body.split(/\r\n|\r|\n/)) {
    const data = line.replace(/^data: ?/, '');
    if (data === '' || data === '[DONE]' || /^(?::|event:|id:|retry:)/.test(line)) continue;
    try {
      values.push(JSON.parse(data));
    } catch {
      return { kind: 'text', text: body };
    }
  }
  if (!values.some((value) => Array.isArray(value?.choices))) {
    return hasError(values) ? errorEvent : { kind: 'text', text: body };
  }
  if (hasError(values)) return errorEvent;
  const said = values
    .flatMap((value) => value?.choices ?? [])
    .map((choice) => {
      const { content, refusal, tool_calls: calls } = choice.delta ?? choice.message ?? {};
      const inputs = (calls ?? []).map((call: any) => call.function?.arguments ?? call.custom?.input);
      const parts = Array.isArray(content) ? content.map((part) => part?.text) : [content];
      return [...parts, refusal, ...inputs].filter((part) => typeof part === 'string').join('');
    });
  return { kind: 'text', text: said.join('') };
}

const errorEvent: Ended = { kind: 'failed', detail: 'its body has an error' };
const hasError = (values: any[]): boolean => values.some((value) => value?.error);

export function describe(error: unknown): string {
  if (!isError(error)) return `${shown(error)}, which is not an Error`;
  const { code, status } = error;
  const more = [status, code].filter((value) => value !== undefined && value !== null).join(' ');
  return `${error.constructor?.name ?? error.name}${more && ` (${more})`}: ${error.message.split('\n')[0]}`;
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Not `instanceof`: test runners have a global object of their own, and Node throws errors of another one. */
function isError(value: unknown): value is Error & { code?: unknown; status?: unknown } {
  const { name, message } = (value ?? {}) as Partial<Error>;
  return typeof name === 'string' && typeof message === 'string';
}

/** Classes of the language. An error of one of them does not say what a program could react to. */
const builtIn = new Set([
  'Error',
  'TypeError',
  'SyntaxError',
  'RangeError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
]);

/** Whether a program can tell what went wrong without reading the message: by a class, a `status` or a `code`. */
export function isTyped(error: unknown): boolean {
  if (!isError(error)) return false;
  const { code, status } = error;
  return !builtIn.has(error.constructor.name) || typeof status === 'number' || typeof code === 'string';
}
