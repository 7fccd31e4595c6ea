/** Messages in the format of the conventions: a role and parts. They are only recorded with `captureContent`. */

import { jsonOf } from '../wire/json.ts';

type Fields = Record<string, any>;

/** The messages of a request, or its text, as JSON. */
export function inputOf({ messages, prompt }: Fields): string | undefined {
  if (Array.isArray(messages)) return JSON.stringify(messages.map(messageOf));
  if (prompt === undefined) return undefined;
  return JSON.stringify([{ role: 'user', parts: [text(prompt)] }]);
}

/** The messages of a completion, as JSON. */
export function outputOf({ choices }: Fields): string | undefined {
  if (!Array.isArray(choices)) return undefined;
  return JSON.stringify(
    choices.map((choice: Fields | null) => ({
      ...messageOf(choice?.['message'] ?? { role: 'assistant', content: choice?.['text'] }),
      finish_reason: choice?.['finish_reason'],
    })),
  );
}

/** Callers and servers may send anything: what is no message has no parts. */
function messageOf(given: unknown): Fields {
  const message = Object(given) as Fields;
  const { role, content, refusal, tool_calls: calls, tool_call_id: id, name } = message;
  const parts: Fields[] = [];
  const reasoning = message['reasoning_content'] ?? message['reasoning'];
  if (typeof reasoning === 'string') parts.push({ type: 'reasoning', content: reasoning });
  if (role === 'tool') parts.push({ type: 'tool_call_response', id, response: content });
  else if (Array.isArray(content)) parts.push(...content.map(partOf));
  else if (content != null) parts.push(text(content));
  if (refusal) parts.push({ type: 'refusal', content: refusal });
  for (const call of Array.isArray(calls) ? calls : []) {
    const { function: called, custom } = Object(call) as Fields;
    const input = called?.arguments ?? custom?.input;
    parts.push({
      type: 'tool_call',
      id: call?.id,
      name: (called ?? custom)?.name,
      arguments: jsonOf(input) ?? input,
    });
  }
  return { role, parts, ...(name && { name }) };
}

function text(content: unknown): Fields {
  return { type: 'text', content };
}

function partOf(given: unknown): Fields {
  const part = Object(given) as Fields;
  const { image_url: image, input_audio: audio } = part;
  if (part['type'] === 'text') return text(part['text']);
  if (audio)
    return { type: 'blob', modality: 'audio', mime_type: `audio/${audio.format}`, content: audio.data };
  const data = /^data:([^;,]*);base64,(.*)$/s.exec(image?.url ?? '');
  if (data) return { type: 'blob', modality: 'image', mime_type: data[1], content: data[2] };
  if (image) return { type: 'uri', modality: 'image', uri: image.url };
  return part;
}
