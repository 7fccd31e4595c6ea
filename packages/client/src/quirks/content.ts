/** Converts content that is not a string. */

/** The text of content: of a list of parts, their texts joined; of a number and the like, its text. */
export function contentText(content: unknown): string | null | undefined {
  if (typeof content === 'string' || content == null) return content;
  if (!Array.isArray(content)) return String(content);
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}
