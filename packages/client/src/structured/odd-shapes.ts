/** Parts of a message that some servers send in other shapes than the API's, streamed or not, and what they mean. */

/** The text of content. Some servers send parts instead: their text is joined, other parts have none. */
export function contentText(content: unknown): string | null | undefined {
  if (typeof content === 'string' || content == null) return content;
  if (!Array.isArray(content)) return String(content);
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** The calls in a list of them, without what is none; undefined when there is no list. */
export function callsIn<Call>(list: Call[] | null | undefined): Call[] | undefined {
  return Array.isArray(list) ? list.filter((call) => Object(call) === call) : undefined;
}

/** The type of a tool call. Mistral leaves it out; then the call is of what it holds. */
export function callType(call: { type?: unknown }): unknown {
  return call.type ?? ['function', 'custom'].find((type) => type in call);
}
