/**
 * Changes properties of a JSON object in its bytes. Everything else, such as long numbers and the order of keys, is
 * preserved.
 */
import type { Sliced } from '../slices.ts';

/** Where one member of the object is: from its key to the end of its value. */
interface Member {
  name: string;
  start: number;
  valueStart: number;
  end: number;
}

/** What to do with a member: leave it out, or give it another value. */
export type Edit = { remove: true } | { value: unknown };

/** Edits by the names of members. Every member of a name is changed. */
export type Edits = ReadonlyMap<string, Edit>;

/** `json` with the edits; the same bytes when there is nothing to change. It must be the text of an object. */
export function* edited(json: Uint8Array, edits: Edits): Sliced<Uint8Array> {
  const members = yield* membersOf(json);
  if (!members.some(({ name }) => edits.has(name))) return json;
  const [first] = members;
  const last = members.at(-1)!;
  const pieces: Uint8Array[] = [json.subarray(0, first!.start)];
  let isFirst = true;
  for (const [index, { name, start, valueStart, end }] of members.entries()) {
    const edit = edits.get(name);
    if (edit && 'remove' in edit) continue;
    // The comma and the white space before a member go with it.
    if (!isFirst) pieces.push(json.subarray(members[index - 1]!.end, start));
    isFirst = false;
    if (edit) pieces.push(json.subarray(start, valueStart), Buffer.from(JSON.stringify(edit.value)));
    else pieces.push(json.subarray(start, end));
  }
  return Buffer.concat([...pieces, json.subarray(last.end)]);
}

const [quote, backslash, comma, colon, openBrace, closeBrace, openBracket, closeBracket] = [
  ...Buffer.from('"\\,:{}[]'),
] as [number, number, number, number, number, number, number, number];

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Bytes that are read before others get a turn. */
const sliceLength = 64 * 1024;

function* membersOf(json: Uint8Array): Sliced<Member[]> {
  const members: Member[] = [];
  let at = afterSpace(json, json.indexOf(openBrace) + 1);
  while (json[at] === quote) {
    const start = at;
    const keyEnd = afterString(json, start);
    const valueStart = afterSpace(json, json.indexOf(colon, keyEnd) + 1);
    const end = yield* afterValue(json, valueStart);
    const name = JSON.parse(Buffer.from(json.subarray(start, keyEnd)).toString()) as string;
    members.push({ name, start, valueStart, end });
    at = afterSpace(json, end);
    if (json[at] === comma) at = afterSpace(json, at + 1);
    yield;
  }
  return members;
}

function* afterValue(json: Uint8Array, start: number): Sliced<number> {
  let depth = 0;
  let pause = start + sliceLength;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) at = afterString(json, at) - 1;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      if (--depth < 0) return at;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
    else continue;
    if (depth === 0) return at + 1;
    if (at < pause) continue;
    pause = at + sliceLength;
    yield;
  }
  return json.length;
}

/** The place behind a string that begins at `start`. */
function afterString(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(quote, start + 1); end >= 0; end = json.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return json.length;
}

function afterSpace(json: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(json[at])) at++;
  return at;
}
