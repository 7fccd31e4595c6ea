/** Typed listeners. Knows nothing about how a sequence of events ends. */

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
}

/** Listeners by event, and how they are called. */
export class Listeners<EventTypes extends object> {
  /** Lists are replaced, never changed: a dispatch goes on with the list it began with. */
  readonly #listeners = new Map<keyof EventTypes, Registration[]>();

  /** Calls `listener` on every later `event`, in order of registration; once per registration of the same function. */
  on<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    return this.#add(event, { listener: listener as Listener, once: false });
  }

  /** Calls `listener` on the next `event`; it is removed before the call. */
  once<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    return this.#add(event, { listener: listener as Listener, once: true });
  }

  /** Removes the first registration of `listener` for `event`, if there is one. */
  off<Event extends keyof EventTypes>(event: Event, listener: EventTypes[Event]): this {
    const list = this.#listeners.get(event);
    const at = list ? list.findIndex((known) => known.listener === listener) : -1;
    if (list && at >= 0) this.#listeners.set(event, list.toSpliced(at, 1));
    return this;
  }

  /** Calls the listeners of `event` without `this`. What one throws ends the dispatch and goes to the caller. */
  protected _emit<Event extends keyof EventTypes>(
    event: Event,
    ...args: EventParameters<EventTypes, Event>
  ): void {
    const list = this.#listeners.get(event);
    if (list === undefined) return;
    if (list.some(isOnce)) this.#listeners.set(event, list.filter(isLasting));
    for (const { listener } of list) listener(...args);
  }

  protected _hasListeners(event: keyof EventTypes): boolean {
    return (this.#listeners.get(event)?.length ?? 0) > 0;
  }

  #add(event: keyof EventTypes, registration: Registration): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), registration]);
    return this;
  }
}

/** Listeners, and promises for the next event. */
export class EventEmitter<EventTypes extends object> extends Listeners<EventTypes> {
  /** Resolves on the next `event`; rejects when `error` comes first, unless `error` is what was asked for. */
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
