/** A cassette: responds to requests with recorded responses, or records those of an upstream. */
import { unfailing } from '../config.ts';
import { ApiError, invalidRequest } from '../http/errors.ts';
import type { UpstreamCall } from '../models/upstream.ts';
import { CassetteWriter, loadCassette, type Line } from './file.ts';
import { Matching } from './matching.ts';
import { describeDifferences, nearest } from './nearest.ts';
import { inSlices, type Sliced } from '../slices.ts';
import { exchangeOf, NotRecorded, observed, type Arrived } from './record.ts';
import { CassetteError, TooDeep, type Exchange, type ExchangeRequest } from './recording.ts';
import { checkPace, replay, type Pace } from './replay.ts';
import { credentialsIn, credentialsOf, Secrets } from './secrets.ts';

/**
 * `replay` never asks the upstream: a request without a recording is a 404. `record` always asks it. `record-on-miss` asks it
 * only for requests without a recording.
 */
export type CassetteMode = 'replay' | 'record' | 'record-on-miss';

export const cassetteModes: readonly CassetteMode[] = ['replay', 'record', 'record-on-miss'];

/** A server whose responses are recorded. */
export interface Recorded {
  readonly url: URL;
  headersFor(headers: Headers): Record<string, string>;
  send(call: UpstreamCall): Promise<Response>;
  close(): Promise<void>;
}

export interface CassetteOptions {
  /** The JSONL file. Without one, recordings stay in memory. */
  file?: string | undefined;
  /** Recordings that come before those of the file. */
  exchanges?: readonly Exchange[] | undefined;
  /** Default `replay`. */
  mode?: CassetteMode | undefined;
  /** Needed by all modes but `replay`. */
  upstream?: Recorded | undefined;
  /** Fields of requests that may differ, as paths: `seed`, `messages[0].content`, `messages[*].name`. */
  ignore?: readonly string[] | undefined;
  /** How long recorded responses take: `real`, as long as they did, `2x` half of that. Default `instant`. */
  pace?: Pace | undefined;
  /** Gets a line for each thing that went wrong and is not an error, such as an exchange that could not be recorded. */
  log?: ((line: string) => void) | undefined;
}

/** A request for a cassette: its body as a value besides its bytes. */
export interface CassetteRequest extends UpstreamCall {
  value: unknown;
}

/** The recordings of one request, in order, and how many of them have been replayed to each project. */
interface Sequence {
  exchanges: Line[];
  played: Map<string, number>;
}

/** Statuses about the moment or about the key. `record-on-miss` does not keep them, or they would be replayed forever. */
const passing = (status: number): boolean => status >= 500 || [401, 403, 408, 409, 429].includes(status);

export class Cassette {
  readonly mode: CassetteMode;
  readonly #options: CassetteOptions;
  readonly #matching: Matching;
  readonly #writer: CassetteWriter | undefined;
  readonly #sequences = new Map<string, Sequence>();
  #length = 0;

  private constructor(options: CassetteOptions) {
    this.mode = options.mode ?? 'replay';
    this.#options = { ...options, log: options.log && unfailing(options.log) };
    this.#matching = new Matching(options.ignore);
    if (options.file !== undefined && this.mode !== 'replay') this.#writer = new CassetteWriter(options.file);
    for (const exchange of options.exchanges ?? []) this.#add({ exchange, line: this.#length + 1 });
  }

  /**
   * A cassette with what its file has. Rejects with a {@link CassetteError} when the file cannot be used or does not exist;
   * modes that record need no file yet.
   */
  static async open(options: CassetteOptions): Promise<Cassette> {
    const { file, mode = 'replay', upstream, pace = 'instant' } = options;
    checkPace(pace);
    if (mode !== 'replay' && !upstream) throw new CassetteError(`The mode ${mode} needs an upstream.`);
    const cassette = new Cassette(options);
    if (file !== undefined) await cassette.#load(file);
    return cassette;
  }

  /** How many exchanges there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * The response to a request. The recordings of a request are replayed in their order, and the last one again and again;
   * each project begins with the first. Rejects with an `ApiError`: a miss in the mode `replay`, a body that is not an object,
   * or an upstream without a response.
   */
  async respond(request: CassetteRequest, project = ''): Promise<Response> {
    const secrets = this.#secretsOf(request.headers);
    const recorded = await inSlices(cleanRequest(request, secrets));
    const key = this.#matching.keyOf(recorded);
    const sequence = this.mode === 'record' ? undefined : this.#sequences.get(key);
    if (sequence) {
      const played = sequence.played.get(project) ?? 0;
      sequence.played.set(project, played + 1);
      const { exchange } = sequence.exchanges[Math.min(played, sequence.exchanges.length - 1)]!;
      return replay(exchange.response, { pace: this.#options.pace, signal: request.signal });
    }
    const { upstream } = this.#options;
    if (this.mode === 'replay' || !upstream) throw await this.#miss(recorded);
    const startedAt = performance.now();
    const response = await upstream.send(request);
    return observed(response, startedAt, request.signal, (arrived) =>
      this.#record(recorded, arrived, secrets),
    );
  }

  /** Replays from the first recording of each request again, to one project or to all. */
  reset(project?: string): void {
    for (const { played } of this.#sequences.values()) {
      if (project === undefined) played.clear();
      else played.delete(project);
    }
  }

  /** Closes the file and the upstream. Responses in flight must have ended. */
  async close(): Promise<void> {
    this.#writer?.close();
    await this.#options.upstream?.close();
  }

  async #load(file: string): Promise<void> {
    const { lines, unfinished } = await loadCassette(file, { optional: this.mode !== 'replay' });
    for (const line of lines) {
      try {
        this.#add(line);
      } catch (error) {
        if (error instanceof TooDeep)
          throw new CassetteError(`${file}:${line.line}: request.body: ${error.message}`);
        throw error;
      }
    }
    for (const line of unfinished) {
      this.#log(`${file}:${line}: skipped an incomplete line. Delete the line, and record it again.`);
    }
    if (this.mode === 'record' && lines.length > 0) {
      this.#log(
        `${file} already has ${lines.length} exchange${lines.length === 1 ? '' : 's'}. New ones are added, and replayed after them. ` +
          'To record from scratch, delete the file first.',
      );
    }
  }

  #add(line: Line): void {
    const key = this.#matching.keyOf(line.exchange.request);
    const sequence = this.#sequences.get(key);
    if (sequence) sequence.exchanges.push(line);
    else this.#sequences.set(key, { exchanges: [line], played: new Map() });
    this.#length += 1;
  }

  async #record(request: ExchangeRequest, arrived: Arrived, secrets: Secrets): Promise<void> {
    const { status, broken } = arrived;
    if (this.mode === 'record-on-miss' && (broken || passing(status))) return;
    try {
      const exchange = await inSlices(exchangeOf(request, arrived, secrets));
      this.#writer?.append(exchange);
      this.#add({ exchange, line: this.#length + 1 });
    } catch (error) {
      const reason = error instanceof NotRecorded ? error.message : String(error);
      this.#log(`Not recorded: POST ${request.path}: ${reason}.`);
    }
  }

  /** What must not be kept of an exchange, beside what looks like a credential anyway. */
  #secretsOf(headers: Headers): Secrets {
    const { upstream } = this.#options;
    const sent = upstream ? credentialsIn(Object.entries(upstream.headersFor(headers))) : [];
    return new Secrets([
      ...credentialsIn(headers),
      ...sent,
      ...(upstream ? credentialsOf(upstream.url) : []),
    ]);
  }

  async #miss(request: ExchangeRequest): Promise<ApiError> {
    const { file } = this.#options;
    const where = file === undefined ? 'the cassette' : `the cassette ${file}`;
    const all = [...this.#sequences.values()].flatMap(({ exchanges }) => exchanges[0]!);
    const found = await nearest(
      request,
      all.map(({ exchange, line }) => ({ ...exchange.request, line })),
      this.#matching,
    );
    const differences = found ? this.#matching.differences(found, request) : [];
    const details = found
      ? `The nearest is on line ${found.line}. It differs in ${describeDifferences(differences)}.`
      : 'It is empty.';
    return new ApiError(404, `No recording in ${where} matches this request. ${details}`, {
      code: 'recording_not_found',
      param: differences[0]?.path ?? null,
    });
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }
}

function* cleanRequest({ path, value }: CassetteRequest, secrets: Secrets): Sliced<ExchangeRequest> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest(null, 'The body of your request must be a JSON object.');
  }
  try {
    return { path, body: (yield* secrets.value(value)) as Record<string, unknown> };
  } catch (error) {
    if (error instanceof TooDeep) throw invalidRequest(null, error.message);
    throw error;
  }
}
