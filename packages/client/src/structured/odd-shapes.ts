/** Parts of a message that some servers send in other shapes than the API's, streamed or not, and what they mean. */

/** The calls in a list of them, without what is none; undefined when there is no list. */
export function callsIn<Call>(list: Call[] | null | undefined): Call[] | undefined {
  return Array.isArray(list) ? list.filter((call) => Object(call) === call) : undefined;
}

/** The type of a tool call. Mistral leaves it out; then the call is of what it holds. */
export function callType(call: { type?: unknown }): unknown {
  return call.type ?? ['function', 'custom'].find((type) => type in call);
}

const reasoningFields = ['reasoning_content', 'reasoning', 'reasoning_text'];

/** Calls `tell` with each text of the model's reasoning in a delta, and the name of where the server put it. */
export function readReasoning(delta: any, tell: (name: string, text: string) => void): void {
  for (const name of reasoningFields) if (delta[name]) told(name, delta[name]);
  const { reasoning_details: details, content } = delta;
  if (details) told('reasoning_details', joined(details));
  if (Array.isArray(content)) told('thinking', thinkingOf(content));

  function told(name: string, text: unknown): void {
    if (text && typeof text === 'string') tell(name, text);
  }
}

/** The text of the parts of content that are the model's thinking. */
export function thinkingOf(content: unknown): string {
  return Array.isArray(content) ? joined(content.flatMap((part) => part?.thinking ?? [])) : '';
}

function joined(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.map((part) => (typeof part === 'string' ? part : (part?.text ?? ''))).join('');
}
