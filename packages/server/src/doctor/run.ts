/** One run of the doctor against one server: limits concurrency, stops early if necessary, and deletes what it stored. */
import { exchange, isGood, problemOf, type Exchange, type Sent, type Target } from './exchange.ts';
import { at, itemsOf, shown, textOf } from './look.ts';

/** Why a run cannot continue. The message is for the user. */
export class DoctorError extends Error {
  override name = 'DoctorError';
}

/** Tokens that a response may have. Models that reason need most of them before they begin. */
const maxTokens = 400;

/** Requests that are sent at the same time. */
const maxAtOnce = 3;

export class Run {
  readonly model: string;
  /** Tells the completions that this run stores from all others. */
  readonly id = crypto.randomUUID();
  /** How many requests were sent. */
  sent = 0;
  /** The parameter for the limit of tokens: some models know only the newer one. */
  limitField: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';
  readonly target: Target;
  readonly #stored = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #free = maxAtOnce;
  #stopped: DoctorError | undefined;

  constructor(target: Target, model: string) {
    this.target = target;
    this.model = model;
  }

  /** Ends the run, by a `DoctorError`, when the server refuses the key (401) or wants fewer requests (402, 429). */
  async send(sent: Sent): Promise<Exchange> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      if (this.#stopped) throw this.#stopped;
      this.sent++;
      const response = await exchange(this.target, sent);
      if (sent.headers?.['authorization'] === undefined) this.#stopFor(response);
      return response;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  /** A request body with the model, and with a limit unless it has one. */
  bodyOf(body: object): object {
    const hasLimit = 'max_tokens' in body || 'max_completion_tokens' in body;
    return { model: this.model, ...(hasLimit ? {} : { [this.limitField]: maxTokens }), ...body };
  }

  /** Notes a stored completion, which `cleanUp` deletes. */
  noteStored(response: Exchange): string {
    const id = isGood(response) ? textOf(at(response.json, 'id')) : '';
    if (id) this.#stored.add(id);
    return id;
  }

  noteDeleted(id: string): void {
    this.#stored.delete(id);
  }

  /** Deletes what the run has stored. Resolves with the ids that are left. */
  async cleanUp(): Promise<string[]> {
    if (this.#stored.size === 0) return [];
    for (const id of [...this.#stored, ...(await this.#listed())]) {
      const path = `/chat/completions/${encodeURIComponent(id)}`;
      const { status } = await exchange(this.target, { method: 'DELETE', path });
      if ((status >= 200 && status < 300) || status === 404 || status === 405) this.#stored.delete(id);
    }
    return [...this.#stored];
  }

  /** Some servers store a completion under another id than the one in the response. */
  async #listed(): Promise<string[]> {
    const { json } = await exchange(this.target, {
      path: `/chat/completions?metadata[colloquy_doctor]=${this.id}`,
    });
    const listed = itemsOf(at(json, 'data')).filter(
      (one) => at(one, 'metadata', 'colloquy_doctor') === this.id,
    );
    return listed.map((one) => textOf(at(one, 'id'))).filter((id) => id !== '' && !this.#stored.has(id));
  }

  #stopFor(response: Exchange): void {
    const { status, headers } = response;
    const said = problemOf(response);
    if (status === 401) {
      this.#stopped = new DoctorError(`The server does not accept the key: ${said}\nSet another with --key.`);
    } else if (status === 429 || status === 402) {
      const wait = headers['retry-after'] ? ` It asks to wait ${shown(headers['retry-after'], 40)} s.` : '';
      this.#stopped = new DoctorError(`The server refuses more requests: ${said}${wait}\nTry again later.`);
    }
    if (this.#stopped) throw this.#stopped;
  }
}
