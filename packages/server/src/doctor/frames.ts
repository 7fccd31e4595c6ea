/** Reads an event stream strictly, because the checks examine how it is written. */
import { parsed } from './look.ts';

export interface Frame {
  /** The `event:` field, or `''`. */
  event: string;
  /** The `data:` lines; undefined when there is none. */
  data: string | undefined;
}

export interface Frames {
  frames: Frame[];
  /** What follows the colon of each comment. */
  comments: string[];
  /** Names of fields that event streams do not have, such as `error`. */
  strangeFields: Map<string, string>;
  /** Whether some `data:` has no space after it. */
  isCramped: boolean;
  /** Whether the last event ends with a blank line. */
  isEnded: boolean;
}

export function readFrames(text: string): Frames {
  const found: Frames = {
    frames: [],
    comments: [],
    strangeFields: new Map(),
    isCramped: false,
    isEnded: true,
  };
  let frame: Frame | undefined;
  const end = (): void => {
    if (frame) found.frames.push(frame);
    frame = undefined;
  };
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop(); // after the last line end
  for (const line of lines) {
    if (line === '') {
      end();
      continue;
    }
    const [, name = '', space = '', value = ''] = /^([^:]*):?( ?)(.*)$/s.exec(line) ?? [];
    if (line.startsWith(':')) found.comments.push(value);
    else if (name === 'data') {
      if (value !== '' && space === '') found.isCramped = true;
      frame ??= { event: '', data: undefined };
      frame.data = frame.data === undefined ? value : `${frame.data}\n${value}`;
    } else if (name === 'event') frame = { data: undefined, ...frame, event: value };
    else if (name !== 'id' && name !== 'retry') found.strangeFields.set(name.slice(0, 80), value);
  }
  found.isEnded = frame === undefined;
  end();
  return found;
}

/** A stream of chunks. */
export interface Chunks extends Frames {
  /** The values of all data but `[DONE]`; undefined for what is not JSON. */
  values: unknown[];
  /** How often `[DONE]` is sent. */
  dones: number;
}

export function readChunks(text: string): Chunks {
  const frames = readFrames(text);
  const data = frames.frames.map((frame) => frame.data).filter((data) => data !== undefined);
  const isDone = (data: string): boolean => data.trim() === '[DONE]';
  return {
    ...frames,
    values: data.filter((data) => !isDone(data)).map(parsed),
    dones: data.filter(isDone).length,
  };
}
