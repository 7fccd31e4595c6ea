/** What a check says of what it found. Plain functions, as no test runner is at home in every runtime. */

export function equal(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (found !== wanted) throw new Error(`expected ${wanted}, found ${found}`);
}

export function begins(text, beginning) {
  if (!beginning || !text?.startsWith(beginning))
    throw new Error(`expected ${JSON.stringify(text)} to begin with ${JSON.stringify(beginning)}`);
}

export function matches(text, source) {
  if (!new RegExp(`^(?:${source})$`).test(text))
    throw new Error(`expected /${source}/, found ${JSON.stringify(text)}`);
}

/** The error that `promise` rejects with, which is of this class and has these fields. */
export async function rejects(promise, Class, fields = {}) {
  const error = await promise.then(
    (value) => Promise.reject(new Error(`expected ${Class.name}, found ${JSON.stringify(value)}`)),
    (error) => error,
  );
  if (!(error instanceof Class)) throw new Error(`expected ${Class.name}`, { cause: error });
  for (const [name, value] of Object.entries(fields)) equal(error[name], value);
  return error;
}

export function throws(call, Class, words) {
  try {
    call();
  } catch (error) {
    if (error instanceof Class && error.message.includes(words)) return;
    throw error;
  }
  throw new Error(`expected ${Class.name}: ${words}`);
}

/** An error and its causes, with where they come from. */
export function trace(error) {
  const { stack = String(error), cause } = Object(error);
  return cause === undefined ? stack : `${stack}\ncaused by ${trace(cause)}`;
}
