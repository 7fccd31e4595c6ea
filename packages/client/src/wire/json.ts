/** Text that is JSON, or should be. */

/** The value of a text that is JSON; undefined for any other. */
export function jsonOf(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A text that should be JSON. Some servers send the value itself where its text belongs. */
export function jsonText(text: unknown): string {
  return typeof text === 'string' ? text : JSON.stringify(text);
}
