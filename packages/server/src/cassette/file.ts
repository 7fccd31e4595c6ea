/** The file of a cassette, with one exchange per line. Lines are only appended, as a whole, even by several processes. */
import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { CassetteError, readExchange, type Exchange } from './recording.ts';

/** An exchange and where it stands. */
export interface Line {
  exchange: Exchange;
  /** From 1. */
  line: number;
}

export interface Loaded {
  lines: Line[];
  /** The lines that a process did not finish writing: they are skipped. */
  unfinished: number[];
}

const newline = 0x0a;

/** How every line begins that {@link CassetteWriter} writes. */
const start = '{"version":1,"request":';

/**
 * The exchanges of a file. Rejects with a {@link CassetteError} that names the file and the line, or that there is no
 * file, unless it is `optional`. A line that was cut off during writing is not an error.
 */
export async function loadCassette(file: string, { optional = false } = {}): Promise<Loaded> {
  const loaded: Loaded = { lines: [], unfinished: [] };
  try {
    for await (const [text, line] of linesOf(file)) {
      readLine(text, `${file}:${line}`, line, loaded);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && optional) return loaded;
    if (code === 'ENOENT') throw new CassetteError(`The cassette ${file} does not exist. Record it first.`);
    throw code === 'EISDIR' ? new CassetteError(`The cassette ${file} is a folder.`) : error;
  }
  return loaded;
}

function readLine(text: string, place: string, line: number, loaded: Loaded): void {
  let rest = text;
  while (rest.trim() !== '') {
    let value: unknown;
    try {
      value = JSON.parse(rest);
    } catch (cause) {
      // Another process may have written its line behind one that was never finished.
      const next = rest.indexOf(start, 1);
      if (!isUnfinished(next < 0 ? rest : rest.slice(0, next))) {
        throw new CassetteError(`${place}: is not JSON: ${(cause as Error).message}.`);
      }
      loaded.unfinished.push(line);
      rest = next < 0 ? '' : rest.slice(next);
      continue;
    }
    loaded.lines.push({ exchange: readExchange(value, `${place}: `), line });
    return;
  }
}

/** Whether `text` could be the beginning of an exchange: it stops within a string, an object or an array. */
function isUnfinished(text: string): boolean {
  if (!text.startsWith(start)) return start.startsWith(text);
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isString = !isString;
    else if (isString && character === '\\') at++;
    else if (!isString && (character === '{' || character === '[')) depth++;
    else if (!isString && (character === '}' || character === ']')) depth--;
  }
  return isString || depth > 0;
}

async function* linesOf(file: string): AsyncGenerator<[text: string, line: number]> {
  let line = 0;
  let held: Buffer[] = [];
  for await (const part of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = part.indexOf(newline); at >= 0; at = part.indexOf(newline, from)) {
      held.push(part.subarray(from, at));
      yield [Buffer.concat(held).toString('utf8'), ++line];
      held = [];
      from = at + 1;
    }
    held.push(part.subarray(from));
  }
  yield [Buffer.concat(held).toString('utf8'), ++line];
}

/** Adds exchanges to a file. The file and its folder are made with the first one. */
export class CassetteWriter {
  readonly #file: string;
  #descriptor: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Once it returns, the operating system has the line and keeps it, even when this process is killed. One synchronous write
   * at the end of the file: another process cannot write between its parts. Throws the error of the file system.
   */
  append(exchange: Exchange): void {
    const descriptor = (this.#descriptor ??= this.#open());
    const text = Buffer.from(`${endsInLine(descriptor) ? '\n' : ''}${JSON.stringify(exchange)}\n`);
    if (writeSync(descriptor, text) < text.length) throw new Error('The disk is full.');
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    mkdirSync(dirname(this.#file), { recursive: true });
    return openSync(this.#file, 'a+');
  }
}

/** Whether the last line of a file was not finished. */
function endsInLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline;
}
