/** Completions as a file of JSONL: one line each, with the messages of the request as they were sent. */
import { listMessages, retrieve } from './api.ts';
import { sentMessages } from './completions.ts';

/** Loads the completions one after the other; `onLine` hears how many are done. */
export async function linesOf(
  ids: readonly string[],
  onLine: (done: number) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const lines: string[] = [];
  for (const id of ids) {
    const [completion, messages] = await Promise.all([retrieve(id, signal), listMessages(id, signal)]);
    lines.push(`${JSON.stringify({ completion, request: { messages: sentMessages(messages) } })}\n`);
    onLine(lines.length);
  }
  return lines;
}

export function download(name: string, lines: string[]): void {
  const url = URL.createObjectURL(new Blob(lines, { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
