/** Reads JSON that a model wrote. Its text never reaches an error message: it may hold a user's data. */

/**
 * The value of `text`.
 *
 * Fails with a `SyntaxError` whose message is always the same, unlike that of `JSON.parse`, which quotes the text.
 */
export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('Error reading response: invalid structured output JSON.');
  }
}
