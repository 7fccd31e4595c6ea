/** Handles events whose data is not valid JSON as a whole. */

import { jsonOf } from '../wire/json.ts';
import type { EventRecord } from '../wire/sse.ts';
import { errorIn } from './error-body.ts';

/** A line of JSON that an error may begin with. */
const errorStart = /^\{(\s*$|.*"(errors?|detail|fault|message)":)/;

/** Whether the data means the end of the stream, perhaps with spaces around it. */
export function isDone(data: string): boolean {
  return data.trim() === '[DONE]';
}

/**
 * The events in the data of one that has several lines: an error after the start of another event, or one in each line.
 * Undefined for data of one line. With `anyShape`, errors of other servers are recognized, too.
 */
export function splitEvent(record: EventRecord, anyShape: boolean): EventRecord[] | undefined {
  const lines = record.data.split('\n');
  if (lines.length < 2) return undefined;
  const at = record.cut ? 0 : lines.findLastIndex((line) => errorStart.test(line));
  const data = lines.slice(at).join('\n');
  const value = at > 0 && jsonOf(data);
  if (anyShape ? errorIn(value) : value?.error)
    return [
      { ...record, data: lines.slice(0, at).join('\n'), cut: true },
      { ...record, data },
    ];
  return lines.map((line) => ({ ...record, data: line, raw: line }));
}

/** The event that begins inside another one, as a list; undefined if none does. */
export function innerEvent(record: EventRecord): EventRecord[] | undefined {
  const at = record.data.lastIndexOf('data:');
  return at < 0 ? undefined : [{ ...record, data: record.data.slice(at + 5) }];
}
