/** The base of runs: emits events, and ends once, with success, an error or an abort. Knows nothing about completions. */

import { APIUserAbortError, isAbortError, StreamTruncatedError } from '../errors/api-error.ts';
import { OpenAIError } from '../errors/openai-error.ts';
import type { Outcome } from '../stream/source.ts';
import { AsyncQueue } from '../wire/async-queue.ts';
import { callEach, Listeners } from '../wire/event-emitter.ts';
import type { EmittedEventResult, EventParameters } from '../wire/event-emitter.ts';
import { ignore, quiet } from '../wire/quiet.ts';
import { asAbortError, asError, asOpenAIError } from './run-errors.ts';

export type { EventParameters } from '../wire/event-emitter.ts';

export interface BaseEvents {
  /** The headers of the response have arrived. Once per request. */
  connect: () => void;
  /** The run failed. Not emitted for aborts. */
  error: (error: OpenAIError) => void;
  /** The run was aborted; `cause` is the reason. */
  abort: (error: APIUserAbortError) => void;
  /** The last event, whatever the outcome. */
  end: () => void;
}

/**
 * Listeners are called synchronously, in order of registration. One that throws ends the run with that error, once the
 * others have been called, except in `error`, `abort` and `end`, where the outcome stands and the error becomes an unhandled
 * rejection. So does every error but the first when several listeners of one event throw.
 *
 * A failure is reported to the listeners, promises and iterators of this object. It is never an
 * unhandled rejection by itself, unlike in the `openai` package, so a stream without listeners cannot end the process.
 */
export class EventStream<EventTypes extends BaseEvents> extends Listeners<EventTypes> {
  /** Aborting it ends the run and its request. */
  controller: AbortController = new AbortController();

  /** The value of `ended`. */
  protected _ended = false;
  #failure: OpenAIError | undefined;
  #aborted = false;
  #settle!: (failure: OpenAIError | undefined) => void;
  readonly #done: Promise<void> = new Promise((resolve, reject) => {
    this.#settle = (failure) => (failure ? reject(failure) : resolve());
  });
  #unlisten: (() => void) | undefined;

  constructor() {
    super();
    this.#done.catch(ignore);
  }

  /** Whether the run has ended, whatever its outcome. */
  get ended(): boolean {
    return this._ended;
  }

  /** Whether the run failed or was aborted. */
  get errored(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether the run was aborted, by `abort()` or by a signal. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** How the run ended. Undefined until then. `truncated` means that a response stopped before its end. */
  get outcome(): Outcome | undefined {
    if (!this._ended) return undefined;
    if (!this.#failure) return 'complete';
    return this.#aborted ? 'aborted' : this.#failure instanceof StreamTruncatedError ? 'truncated' : 'error';
  }

  /** Aborts the run. The `abort` event and the rejections follow once it has stopped. */
  abort(): void {
    this.controller.abort();
  }

  /** Aborts the run unless it has ended, and waits for its end. `await using` calls it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this._ended) this.abort();
    await this.#done.catch(ignore);
  }

  /** Resolves if the run succeeds, after the `end` event. Rejects if the run fails or is aborted. */
  done(): Promise<void> {
    return this._final(ignore);
  }

  /** What `read` gives once the run has ended well. */
  protected _final<T>(read: () => T): Promise<T> {
    return quiet(this.#done.then(read));
  }

  /**
   * The next occurrence of `event`: nothing, its one argument, or all of them.
   *
   * Rejects when the run fails or is aborted first (unless `event` is `error` or `abort`), and, unlike the `openai` package,
   * if the run ends without it.
   */
  emitted<Event extends keyof EventTypes>(
    event: Event,
  ): Promise<EmittedEventResult<EventParameters<EventTypes, Event>>> {
    type Result = EmittedEventResult<EventParameters<EventTypes, Event>>;
    return quiet(
      new Promise<Result>((resolve, reject) => {
        const failed = () => event === 'end' && this.#failure && !this.#aborted;
        const listener = (...args: unknown[]): void =>
          failed() ? reject(this.#failure!) : resolve((args.length > 1 ? args : args[0]) as Result);
        const isOver = (): void => {
          this.off(event, listener as never);
          if (this.#failure && event === (this.#aborted ? 'abort' : 'error')) listener(this.#failure);
          else if (event === 'end') listener();
          else reject(this.#failure ?? new OpenAIError(`stream ended without emitting '${String(event)}'`));
        };
        if (!this.ended) this.once(event, listener as never);
        this.#done.then(isOver, isOver);
      }),
    );
  }

  /**
   * The arguments of every later `event`, however slowly they are taken. Ends with the run; throws, after what was
   * queued, when it fails or is aborted (unless that is the event asked for). Leaving the loop does not end the run.
   */
  events<Event extends keyof EventTypes>(
    event: Event,
  ): AsyncIterableIterator<EventParameters<EventTypes, Event>> {
    return this._createIterator<EventParameters<EventTypes, Event>>(
      (push) =>
        this._listen({ [event]: (...args: EventParameters<EventTypes, Event>) => push(args) } as never),
      { rejectOnError: event !== 'error', rejectOnAbort: event !== 'abort' },
    );
  }

  /** Adds `listeners`, by event; what comes back removes them. */
  protected _listen(listeners: Partial<EventTypes>): () => void {
    const all = Object.entries(listeners) as [never, never][];
    for (const [event, listener] of all) this.on(event, listener);
    return () => {
      for (const [event, listener] of all) this.off(event, listener);
    };
  }

  /**
   * An iterator over what `attach` pushes until the run ends. `attach` returns what detaches it again; `onReturn` is
   * called when a consumer leaves early.
   */
  protected _createIterator<T>(
    attach: (push: (value: T) => void) => () => void,
    options: { rejectOnError?: boolean; rejectOnAbort?: boolean; onReturn?: () => void } = {},
  ): AsyncIterableIterator<T> {
    const { rejectOnError = true, rejectOnAbort = true, onReturn } = options;
    const queue = new AsyncQueue<T>(() => {
      detach();
      onReturn?.();
    });
    const detach = attach((value) => queue.push(value));
    this.#done
      .catch((failure: OpenAIError) => {
        if (this.#aborted ? rejectOnAbort : rejectOnError) queue.fail(failure);
      })
      .then(() => {
        detach();
        queue.end();
      }, ignore);
    return queue;
  }

  /** Starts the run a macrotask later, so that listeners can be attached first, and ends it with what comes of it. */
  protected _run(run: () => Promise<unknown>): void {
    setTimeout(async () => {
      try {
        await run();
        this._emitFinal();
      } catch (error) {
        return this.#failed(this._failure(error));
      }
      return this.#end();
    }, 0);
  }

  /** What the run fails with when it threw `error`. */
  protected _failure(error: unknown): unknown {
    return error;
  }

  protected _connected(): void {
    this.#tell('connect');
  }

  /** Lets `signal` abort this run, with its reason, until it ends. */
  protected _listenForAbort(signal: AbortSignal | null | undefined): void {
    if (!signal) return;
    const abort = (): void => this.controller.abort(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    const before = this.#unlisten;
    this.#unlisten = () => {
      signal.removeEventListener('abort', abort);
      before?.();
    };
  }

  /** The error of an aborted run. */
  protected _userAbortError(): APIUserAbortError {
    return new APIUserAbortError({ cause: this.controller.signal.reason });
  }

  /** Waits for `promise` until the run is aborted, which rejects. */
  protected _unlessAborted<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.controller;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(this._userAbortError());
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
      void promise.then(resolve, reject).then(() => signal.removeEventListener('abort', abort));
    });
  }

  /**
   * Calls the listeners of `event`. `end`, `error` and `abort` also end the run, for subclasses that run themselves.
   * The first of these decides the outcome, also while its listeners are called: any later one is ignored, and so is
   * every event after the end. Errors are passed on as they are given; any other value is wrapped in one. @internal
   */
  override _emit<Event extends keyof EventTypes>(
    event: Event,
    ...args: EventParameters<EventTypes, Event>
  ): void {
    if (event === 'end') this.#end();
    else if (event === 'error') this.#fail(event, asError(args[0]));
    else if (event === 'abort') this.#fail(event, asError(args[0], this.controller.signal));
    else if (!this._ended) this._registered.get(event)?.call(args);
  }

  /** Emits the final values, before `end`. An exception fails the run. */
  protected _emitFinal(): void {}

  // What a listener of `error`, `abort` or `end` throws leaves the methods below as an unhandled rejection.

  #failed(error: unknown): void {
    // A validator may abort a request of its own: that is an error of parsing, which has a text.
    const parsing = (error as OpenAIError | null)?.text !== undefined;
    if (error instanceof APIUserAbortError || (isAbortError(error) && !parsing))
      this.#fail('abort', asAbortError(error, this.controller.signal));
    else this.#fail('error', asOpenAIError(error));
  }

  #fail(event: 'abort' | 'error', failure: OpenAIError): void {
    if (this._ended || this.#failure) return;
    this.#aborted = event === 'abort';
    this.#failure = failure;
    callEach([{ listener: () => this.#tell(event, failure) }, { listener: () => this.#end() }], 2, []);
  }

  #end(): void {
    if (this._ended) return;
    this.#unlisten?.();
    this.#settle(this.#failure);
    this._ended = true;
    this.#tell('end');
  }

  #tell(event: keyof BaseEvents, ...args: unknown[]): void {
    this._registered.get(event)?.call(args);
  }
}
