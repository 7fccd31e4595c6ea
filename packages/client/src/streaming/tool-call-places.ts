/**
 * Which tool call a delta belongs to. The API numbers calls 0, 1, 2 by `index`; other servers start at 1, leave the
 * index out, or give every call the index 0. Each call is known by one number: the index it came with, or the next
 * free one when that cannot be.
 */

import { OpenAIError } from '../transport/errors.ts';
import type { ChatCompletionChunk } from '../types/chunk.ts';

type Delta = ChatCompletionChunk.Choice.Delta.ToolCall;
type Named = { name?: string };
type Call = { id?: string; function?: Named; custom?: Named };
type Place = { index: number; wire: number | undefined };

/** One place per call, in step with the list; only for lists in which position and index differ or were doubtful. */
const placesOf = new WeakMap<object, Place[]>();
/** The number of a delta's call where it is not the delta's own index. */
const movedTo = new WeakMap<object, number>();

/** The number of the call a delta went to. Ask after `placeDelta`. */
export function callIndex(delta: Delta): number {
  return movedTo.get(delta) ?? delta.index;
}

/** The call with that number. */
export function callAt<T extends object>(calls: T[], index: number): T | undefined {
  const places = placesOf.get(calls);
  return places === undefined ? calls[index] : calls[places.findIndex((place) => place.index === index)];
}

/**
 * The position in `calls` of the call this delta continues or opens; an opened one is inserted, as made by `open`.
 * Calls stay in order of their numbers and the list has no holes. Constant time while indices count up from 0.
 */
export function placeDelta<T extends Call>(calls: T[], delta: Delta, open: () => T): number {
  const wire: unknown = delta.index ?? undefined;
  if (wire !== undefined) checkIndex(wire, 'tool call');
  let places = placesOf.get(calls);
  if (places === undefined) {
    const known = calls[wire as number];
    if (known && !opensAnother(known, delta)) return wire as number;
    if (wire === calls.length) return calls.push(open()) - 1;
    placesOf.set(calls, (places = calls.map((_, index) => ({ index, wire: index }))));
  }
  let at = findPlace(calls, places, delta, wire as number | undefined);
  if (at < 0) {
    const taken = wire === undefined || places.some((place) => place.index === wire);
    const index = taken ? (places.at(-1)?.index ?? -1) + 1 : (wire as number);
    at = places.findLastIndex((place) => place.index < index) + 1;
    places.splice(at, 0, { index, wire: wire as number | undefined });
    calls.splice(at, 0, open());
  }
  const { index } = places[at] as Place;
  if (index !== wire) movedTo.set(delta, index);
  return at;
}

/**
 * With an index: the last call that came with it, unless the id is another's. Without: the call of that id, or the last
 * one until a name opens another.
 */
function findPlace(calls: Call[], places: Place[], delta: Delta, wire: number | undefined): number {
  if (wire !== undefined) {
    const at = places.findLastIndex((place) => place.wire === wire);
    const call = calls[at];
    if (!call || !delta.id || call.id === delta.id) return at;
    const known = calls.findIndex(({ id }) => id === delta.id);
    return known >= 0 || opensAnother(call, delta) ? known : at;
  }
  if (delta.id) return calls.findIndex((call) => call.id === delta.id);
  return nameOf(delta) ? -1 : calls.length - 1;
}

/** A new id and a new name at an index in use: another call. A new id alone is not; some servers draw one per fragment. */
function opensAnother(call: Call, delta: Delta): boolean {
  return Boolean(delta.id && call.id && delta.id !== call.id && nameOf(delta) && nameOf(call));
}

/** The part of a tool, a call or a delta that has its name. */
export function bodyOf(named: Pick<Call, 'function' | 'custom'> | undefined): Named | undefined {
  return named?.function ?? named?.custom;
}

function nameOf(call: Call): string | undefined {
  return bodyOf(call)?.name;
}

/** Throws an {@link OpenAIError} unless `index` is a whole number from 0 on. */
export function checkIndex(index: unknown, of: 'choice' | 'tool call'): void {
  if (Number.isSafeInteger(index) && (index as number) >= 0) return;
  throw new OpenAIError(`Chat completion stream contains an invalid ${of} index: ${String(index)}`);
}
