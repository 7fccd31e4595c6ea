/** Event streams that are nearly right: a valid one with a few faults, each drawn from a seeded source of numbers. */

import { below, pick, type Random } from '../../../../test/random.ts';

/** Changes a list of frames in place. A frame ends with its line ends. */
type Fault = (frames: string[], random: Random, streams: readonly string[]) => void;

const faults: Record<string, Fault> = {
  drop: (frames, random) => void frames.splice(below(random, frames.length), 1),
  double: (frames, random) => {
    const at = below(random, frames.length);
    frames.splice(at, 0, frames[at]!);
  },
  swap: (frames, random) => {
    const [a, b] = [below(random, frames.length), below(random, frames.length)];
    [frames[a], frames[b]] = [frames[b]!, frames[a]!];
  },
  cutFrame: edit((frame, random) => frame.slice(0, below(random, frame.length))),
  cutStream: (frames, random) => {
    frames.length = 1 + below(random, frames.length);
    frames.push(frames.pop()!.slice(0, -1 - below(random, 20)));
  },
  glue: edit((frame) => frame.trimEnd()),
  unblank: edit((frame) => frame.replace(/\n\n$/, '\n')),
  split: edit((frame, random) => inserted(frame, random, '\n\n')),
  breakLine: edit((frame, random) => inserted(frame, random, pick(random, ['\n', '\r', '\r\n', '\n: \n']))),
  rename: edit((frame, random) => frame.replace('data:', pick(random, names))),
  value: edit((frame, random) => otherValue(frame, random)),
  key: edit((frame, random) => frame.replace(/"(\w+)":/, () => `"${pick(random, keys)}":`)),
  foreign: (frames, random, streams) => {
    const other = framesOf(pick(random, streams));
    frames.splice(below(random, frames.length + 1), 0, pick(random, other));
  },
  odd: (frames, random) => void frames.splice(below(random, frames.length + 1), 0, pick(random, oddFrames)),
};

const names = [
  'data',
  'data :',
  'Data:',
  'date:',
  'error:',
  'event: error\ndata:',
  'event: x\ndata:',
  ': data:',
  '',
];
const values = [
  'null',
  'true',
  '0',
  '-1',
  '1e400',
  '1.5',
  '9007199254740993',
  '""',
  '"x"',
  '"__proto__"',
  '[]',
  '[null]',
  '[[]]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"index":0}',
  '"\\ud800"',
];
const keys = [
  '__proto__',
  'constructor',
  'toString',
  'error',
  'index',
  'choices',
  'delta',
  'message',
  'id',
  'object',
];
const oddFrames = [
  'data: null\n\n',
  'data: 1\n\n',
  'data: "text"\n\n',
  'data: []\n\n',
  'data: [null]\n\n',
  'data: {}\n\n',
  'data:\n\n',
  'event: ping\n\n',
  'event: error\ndata: null\n\n',
  'event: error\n\n',
  'data: {"error":1}\n\n',
  'data: {"error":{}}\n\n',
  'error: oops\n\n',
  '{"error":{"message":"no"}}\n\n',
  '{"error"\n\n',
  'data: [DONE]\n\n',
  ' data: {}\n\n',
  '\uFEFFdata: {}\n\n',
  'data: {"choices":[null]}\n\n',
  'data: {"choices":{"0":{}}}\n\n',
  'data: {"choices":"many"}\n\n',
  'data: {"choices":[{"index":-1,"delta":{}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"tool_calls":[null]}}]}\n\n',
  `data: ${'['.repeat(2_000)}\n\n`,
  `data: ${'[{"a":'.repeat(300)}1${'}]'.repeat(300)}\n\n`,
];

export const faultNames: string[] = Object.keys(faults);

/** The bytes of a stream with one to four faults, and at times a few bytes changed after that. */
export function mutate(random: Random, streams: readonly string[]): { bytes: Uint8Array; applied: string[] } {
  const frames = framesOf(pick(random, streams));
  const applied: string[] = [];
  for (let left = 1 + below(random, 4); left > 0 && frames.length > 0; left--) {
    const name = pick(random, faultNames);
    faults[name]!(frames, random, streams);
    applied.push(name);
  }
  let bytes: Uint8Array = new TextEncoder().encode(frames.join(''));
  if (random() < 0.25) {
    bytes = changedBytes(bytes, random);
    applied.push('bytes');
  }
  return { bytes, applied };
}

function framesOf(stream: string): string[] {
  return stream.match(/[^]*?\n\n|[^]+$/g) ?? [];
}

function edit(change: (frame: string, random: Random) => string): Fault {
  return (frames, random) => {
    const at = below(random, frames.length);
    frames[at] = change(frames[at]!, random);
  };
}

function inserted(frame: string, random: Random, what: string): string {
  const at = below(random, frame.length);
  return frame.slice(0, at) + what + frame.slice(at);
}

/** The frame with one of its JSON values replaced by another, of whatever type. */
function otherValue(frame: string, random: Random): string {
  const places = [...frame.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d[\d.]*|null|true|false|\[\]|\{\})/g)];
  const place = places[below(random, places.length)];
  if (!place) return frame;
  return `${frame.slice(0, place.index + 1)}${pick(random, values)}${frame.slice(place.index + place[0].length)}`;
}

function changedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Array.from(bytes);
  for (let left = 1 + below(random, 3); left > 0; left--) {
    const at = below(random, changed.length + 1);
    changed.splice(at, below(random, 2), below(random, 256));
  }
  return Uint8Array.from(changed);
}
