/**
 * What V8 knows about the calls of the client's functions: how often each has run (precise coverage), in which order (a
 * breakpoint at the start of each), and which of them wait for another (its stack across promises and timers).
 */
import { Session, type Debugger, type Profiler } from 'node:inspector';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { Functions, type Fn } from './functions.ts';

/** How often each function has run. */
export type Counts = Map<Fn, number>;

/** The stack when a function began, from the outermost function to that one. */
export type Call = Fn[];

type Paused = { params: Debugger.PausedEventDataType };

const root = fileURLToPath(new URL('../..', import.meta.url));

export class Inspector {
  readonly #session = new Session();
  readonly #functions: Functions;
  /** The range of each function that has run, by V8: without `async`, `static` and the like. */
  readonly #ranges = new Map<Fn, Profiler.CoverageRange>();
  #scriptId = '';

  private constructor(text: string, url: string) {
    this.#functions = new Functions(text);
    this.#session.connect();
    this.#session.on('Debugger.scriptParsed', ({ params }) => {
      if (params.url === url) this.#scriptId = params.scriptId;
    });
    this.#post('Debugger.enable');
    this.#post('Debugger.setAsyncCallStackDepth', { maxDepth: 64 });
    this.#post('Profiler.enable');
  }

  /** Imports the client, as one readable file. */
  static async load(): Promise<{ inspector: Inspector; client: any }> {
    const { outputFiles } = await build({
      entryPoints: [join(root, 'packages/client/src/entries/index.ts')],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      absWorkingDir: root,
    });
    const folder = mkdtempSync(join(tmpdir(), 'walks-'));
    const file = join(folder, 'client.mjs');
    const { text } = outputFiles[0]!;
    writeFileSync(file, text);
    const { href } = pathToFileURL(file);
    const inspector = new Inspector(text, href);
    const client = await import(href);
    rmSync(folder, { recursive: true });
    return { inspector, client };
  }

  /** Starts counting calls. The returned function stops and returns the counts. */
  count(): () => Counts {
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    this.#coverage();
    return () => {
      const counts: Counts = new Map();
      for (const { ranges } of this.#coverage()) {
        const [range] = ranges;
        const fn = this.#functions.at(range!.startOffset);
        if (!fn || !range!.count) continue;
        counts.set(fn, range!.count);
        this.#ranges.set(fn, range!);
      }
      this.#post('Profiler.stopPreciseCoverage');
      return counts;
    };
  }

  /** The calls that `run` makes, in order, when it calls what `counts` says. */
  async order(counts: Counts, run: () => Promise<void>): Promise<Call[]> {
    const left = new Map(counts);
    const calls: Call[] = [];
    let last = '';
    const onPaused = ({ params: { callFrames } }: Paused): void => {
      const call = this.#own(callFrames.map(({ location }) => location)).reverse();
      const times = left.get(call.at(-1)!) ?? 0;
      // Where a function begins with a loop, its breakpoint is hit in every round.
      const here = JSON.stringify(callFrames.map(({ location }) => location));
      if (times === 0 || here === last) return;
      last = here;
      left.set(call.at(-1)!, times - 1);
      calls.push(call);
    };
    const breakpoints = [...counts.keys()].flatMap((fn) => this.#breakAt(fn));
    this.#session.on('Debugger.paused', onPaused);
    await run();
    this.#session.off('Debugger.paused', onPaused);
    for (const breakpointId of breakpoints) this.#post('Debugger.removeBreakpoint', { breakpointId });
    return calls;
  }

  /** The functions that wait for the caller of this, from the outermost one: on its stack, or for a promise or timer. */
  waiting(): Fn[] {
    const frames: Debugger.Location[] = [];
    const onPaused = ({ params }: Paused): void => {
      for (const { location } of params.callFrames) frames.push(location);
      for (let from = params.asyncStackTrace; from; from = from.parent) frames.push(...from.callFrames);
    };
    this.#session.once('Debugger.paused', onPaused);
    this.#post('Debugger.pause');
    this.#session.off('Debugger.paused', onPaused);
    return this.#own(frames).reverse();
  }

  #own(frames: Debugger.Location[]): Fn[] {
    return frames
      .filter(({ scriptId }) => scriptId === this.#scriptId)
      .map(({ lineNumber, columnNumber = 0 }) =>
        this.#functions.at(this.#functions.offsetOf(lineNumber, columnNumber)),
      )
      .filter((fn) => fn !== undefined);
  }

  /** The breakpoint at the first place of a function that has one: field initializers may not. */
  #breakAt(fn: Fn): string[] {
    const scriptId = this.#scriptId;
    const { startOffset, endOffset } = this.#ranges.get(fn)!;
    const { locations } = this.#post('Debugger.getPossibleBreakpoints', {
      start: { scriptId, ...this.#functions.placeOf(startOffset) },
      end: { scriptId, ...this.#functions.placeOf(endOffset) },
      restrictToFunction: true,
    });
    if (!locations[0]) return [];
    return [this.#post('Debugger.setBreakpoint', { location: locations[0] }).breakpointId];
  }

  #coverage(): Profiler.FunctionCoverage[] {
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    return result.find(({ scriptId }) => scriptId === this.#scriptId)?.functions ?? [];
  }

  #post(method: string, params?: object): any {
    let result: unknown;
    let failure: Error | null = null;
    this.#session.post(method, params, (error, value) => {
      failure = error;
      result = value;
    });
    if (failure) throw new Error(`${method} failed`, { cause: failure });
    return result;
  }
}
