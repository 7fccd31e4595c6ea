/**
 * Finds the tool call that a delta belongs to. The API numbers calls 0, 1, 2 by `index`. Other servers start at 1, leave
 * the index out, or give every call the index 0. Each call has one number: the index that was sent, or the next free one
 * if that is taken or missing.
 */

import type { ChatCompletionChunk } from '../types/chunk.ts';
import { lastUpTo } from '../wire/sorted.ts';

type Delta = ChatCompletionChunk.Choice.Delta.ToolCall;
type Named = { name?: string };
type Call = { id?: string; function?: Named; custom?: Named };

/** A call of a list, and the number it is known by. */
interface Place {
  index: number;
  call: Call;
}

/** What is known of a list in which position and index differ or were doubtful. */
interface Places {
  /** In step with the list, in order of their numbers. */
  sorted: Place[];
  /** By the index that was sent, which several calls may share: the last of them. */
  byWire: Map<number, Place>;
  /** By the id of a delta: the last call that had it. A call may have been given another since. */
  byId: Map<string, Place>;
}

const placesOf = new WeakMap<object, Places>();
/** The number of a delta's call where it is not the delta's own index. */
const movedTo = new WeakMap<object, number>();

/** The number of the call a delta went to. Ask after `placeDelta`. */
export function callIndex(delta: Delta): number {
  return movedTo.get(delta) ?? delta.index;
}

/** The call with that number. */
export function callAt<T extends object>(calls: T[], index: number): T | undefined {
  const places = placesOf.get(calls);
  if (!places) return calls[index];
  const place = places.sorted[lastUpTo(places.sorted, index)];
  return place?.index === index ? (place.call as T) : undefined;
}

/**
 * The call in `calls` which this delta continues or opens; an opened one is inserted, as made by `open`. Calls stay in
 * order of their numbers and the list has no holes. The time it takes does not depend on the number of calls, except
 * that a call whose number is not the highest moves those after it.
 */
export function placeDelta<T extends Call>(calls: T[], delta: Delta, open: () => T): T {
  const wire: number | undefined = delta.index ?? undefined;
  let places = placesOf.get(calls);
  if (!places) {
    const known = calls[wire as number];
    if (known && !opensAnother(known, delta)) return known;
    if (wire === calls.length) {
      const opened = open();
      calls.push(opened);
      return opened;
    }
    placesOf.set(calls, (places = placesIn(calls)));
  }
  const place = findPlace(places, delta, wire) ?? insert(calls, places, open(), wire);
  if (delta.id) places.byId.set(delta.id, place);
  if (place.index !== wire) movedTo.set(delta, place.index);
  return place.call as T;
}

function placesIn(calls: Call[]): Places {
  const sorted = calls.map((call, index) => ({ index, call }));
  return {
    sorted,
    byWire: new Map(sorted.map((place) => [place.index, place])),
    byId: new Map(sorted.map((place) => [place.call.id ?? '', place])),
  };
}

/**
 * With an index: the last call that was sent with it, unless the id is another's. Without: the call of that id, or the last
 * one until a name opens another.
 */
function findPlace(
  { sorted, byWire, byId }: Places,
  delta: Delta,
  wire: number | undefined,
): Place | undefined {
  const { id } = delta;
  const last = wire === undefined ? sorted.at(-1) : byWire.get(wire);
  if (!id) return wire === undefined && nameOf(delta) ? undefined : last;
  if (wire !== undefined && (!last || last.call.id === id)) return last;
  const named = byId.get(id);
  if (named?.call.id === id) return named;
  return wire === undefined || opensAnother(last!.call, delta) ? undefined : last;
}

/** A call that was sent with the index `wire`, or without one. It gets that number if it is free, or else the next one. */
function insert(calls: Call[], { sorted, byWire }: Places, call: Call, wire: number | undefined): Place {
  const next = (sorted.at(-1)?.index ?? -1) + 1;
  let index = wire ?? next;
  let after = lastUpTo(sorted, index);
  if (sorted[after]?.index === index) {
    index = next;
    after = sorted.length - 1;
  }
  const place = { index, call };
  sorted.splice(after + 1, 0, place);
  calls.splice(after + 1, 0, call);
  if (wire !== undefined) byWire.set(wire, place);
  return place;
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
