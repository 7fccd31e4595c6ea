/** `text` in quotation marks on one line, cut with an ellipsis after `limit` characters. */
export function quoted(text: string, limit = 90): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const start = Array.from(line.slice(0, limit * 2));
  const shown =
    start.length > limit
      ? `${start
          .slice(0, limit - 1)
          .join('')
          .trimEnd()}…`
      : line;
  return `“${shown}”`;
}
