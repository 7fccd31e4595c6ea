/** Typed listeners. Knows nothing about how a sequence of events ends. */

import { Fifo } from './fifo.ts';

export type EventParameters<Events, Event extends keyof Events> = Events[Event] extends (
  ...args: infer Args
) => any
  ? Args
  : never;

/** What awaiting an event gives: nothing, its one argument, or all of them as a tuple. */
export type EmittedEventResult<Args extends unknown[]> = [Args] extends [[infer Only]]
  ? Only
  : [Args] extends [[]]
    ? void
    : [Args] extends [[unknown?]]
      ? Args[0]
      : Args;

type Listener = (...args: any[]) => unknown;

interface Registration {
  listener: Listener;
  once: boolean;
  removed: boolean;
}

/**
 * The registrations of one event, in order. Each operation but a dispatch takes the same time, however many there are.
 * A list that is in use only grows, so a dispatch calls the listeners that it began with.
 */
export class Registrations {
  /** How many there are. */
  size = 0;
  /** Those, and some that are removed. */
  #list: Registration[] = [];
  /** How many in the list are to be called once. */
  #once = 0;
  /** Those that are not removed, by listener; made when one is to be removed. */
  #byListener: Map<Listener, Fifo<Registration>> | undefined;

  add(registration: Registration): void {
    this.#list.push(registration);
    this.size++;
    if (registration.once) this.#once++;
    if (this.#byListener) index(this.#byListener, registration);
  }

  /** Removes the first registration of `listener`. */
  remove(listener: Listener): void {
    if (!this.#byListener) {
      this.#byListener = new Map();
      for (const each of this.#list) if (!each.removed) index(this.#byListener, each);
    }
    const known = this.#byListener.get(listener);
    const first = known?.shift();
    if (known?.empty) this.#byListener.delete(listener);
    if (!first) return;
    first.removed = true;
    this.size--;
    if (2 * this.size < this.#list.length) this.#keep(isThere);
  }

  /** Calls every listener, as {@link callEach} does. Those to be called once are removed before the first call. */
  call(args: unknown[]): void {
    if (this.size < this.#list.length) this.#keep(isThere);
    const list = this.#list;
    const { length } = list;
    if (this.#once > 0) {
      this.#keep(isLasting);
      this.#byListener = undefined;
    }
    callEach(list, length, args);
  }

  #keep(which: (registration: Registration) => boolean): void {
    this.#list = this.#list.filter(which);
    this.size = this.#list.length;
    this.#once = this.#list.filter(isOnce).length;
  }
}

/**
 * Calls the first `length` listeners of `list`. When calls throw, the others are still made, and the first error is thrown
 * after them; any other error becomes an unhandled rejection, so that none is lost.
 */
export function callEach(list: { listener: Listener }[], length: number, args: unknown[]): void {
  let failure: { error: unknown } | undefined;
  for (let at = 0; at < length; at++) {
    try {
      const { listener } = list[at]!; // called without `this`
      listener(...args);
    } catch (error) {
      failure ??= { error };
      if (failure.error !== error) void Promise.reject(error);
    }
  }
  if (failure) throw failure.error;
}

function index(byListener: Map<Listener, Fifo<Registration>>, registration: Registration): void {
  const { listener } = registration;
  let known = byListener.get(listener);
  if (!known) byListener.set(listener, (known = new Fifo()));
  known.push(registration);
}

/** Listeners by event, and how they are called. */
export class Listeners<EventTypes extends object> {
  /** @internal Only events that have had listeners. */
  protected readonly _registered: Map<keyof EventTypes, Registrations> = new Map();

  /** Calls `listener` on every later `event`, in order of registration; once per registration of the same function. */
  on<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    return this.#add(event, listener, false);
  }

  /** Calls `listener` on the next `event`; it is removed before the call. */
  once<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    return this.#add(event, listener, true);
  }

  /** Removes the first registration of `listener` for `event`, if there is one. */
  off<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    this._registered.get(event)?.remove(listener as Listener);
    return this;
  }

  /**
   * Calls the listeners of `event` without `this`. Throws the first error of one, once all have been called; errors of
   * others become unhandled rejections.
   */
  protected _emit<Event extends keyof EventTypes>(
    event: Event,
    ...args: EventParameters<EventTypes, Event>
  ): void {
    this._registered.get(event)?.call(args);
  }

  #add(event: keyof EventTypes, listener: unknown, once: boolean): this {
    let known = this._registered.get(event);
    if (!known) this._registered.set(event, (known = new Registrations()));
    known.add({ listener: listener as Listener, once, removed: false });
    return this;
  }
}

/** Listeners, and promises for the next event. */
export class EventEmitter<EventTypes extends object> extends Listeners<EventTypes> {
  protected _hasListener(event: keyof EventTypes): boolean {
    return !!this._registered.get(event)?.size;
  }

  /** Resolves on the next `event`; rejects when `error` comes first, unless `event` is `error`. */
  emitted<Event extends keyof EventTypes>(
    event: Event,
  ): Promise<EmittedEventResult<EventParameters<EventTypes, Event>>> {
    const failure = 'error' as Event;
    return new Promise((resolve, reject) => {
      const settle =
        (act: (value: any) => void) =>
        (...args: any[]): void => {
          this.off(event, resolved).off(failure, rejected);
          act(args.length > 1 ? args : args[0]);
        };
      const resolved = settle(resolve) as EventTypes[Event];
      const rejected = settle(reject) as EventTypes[Event];
      this.once(event, resolved);
      if (event !== failure) this.once(failure, rejected);
    });
  }
}

/** An emitter whose owner emits from outside. */
export class InternalEventEmitter<EventTypes extends object> extends EventEmitter<EventTypes> {
  override _emit<Event extends keyof EventTypes>(
    event: Event,
    ...args: EventParameters<EventTypes, Event>
  ): void {
    super._emit(event, ...args);
  }
}

const isOnce = (registration: Registration): boolean => registration.once;
const isLasting = (registration: Registration): boolean => !registration.once;
const isThere = (registration: Registration): boolean => !registration.removed;
