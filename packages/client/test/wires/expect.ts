/** Compares what a program saw with what a fixture means. */

import { expect } from 'vitest';
import * as errors from '../../src/errors/public.ts';
import { accumulate, complete } from '../../src/streaming/accumulate.ts';
import type { ChatCompletionSnapshot } from '../../src/streaming/accumulate.ts';
import type { Outcome } from './read.ts';
import type { Expected, Wire } from './wire.ts';

/** What is the same however the bytes were cut: chunks, events, and the completion or the error. */
export function essence({ chunks, events, completion, error }: Outcome): string {
  const failure = error && describeError(error);
  return JSON.stringify({ chunks, events, completion, failure }).replace(
    /call_[0-9a-f-]{36}/g,
    'call_<uuid>',
  );
}

function describeError(error: unknown): object {
  const { constructor, message, status, code, type, param, error: body, partial } = error as any;
  return { name: constructor.name, message, status, code, type, param, body, partial };
}

export function expectMeaning(wire: Wire, outcome: Outcome): void {
  const { error } = wire;
  if (error) expectError(outcome.error, error);
  else {
    if (outcome.error) throw outcome.error;
    expect(unparsed(outcome.completion) ?? foldedChunks(outcome)).toEqual(wire.completion);
  }
  if (wire.events && outcome.chunks.length === 0) expect(outcome.events).toEqual(wire.events);
}

/** The completion without the places for parsed values, which are null here. */
function unparsed(completion: object | undefined): unknown {
  const isPlace = (key: string): boolean => key === 'parsed' || key === 'parsed_arguments';
  const text = JSON.stringify(completion, (key, value) =>
    value === null && isPlace(key) ? undefined : value,
  );
  return text && JSON.parse(text);
}

function foldedChunks({ chunks }: Outcome): object {
  let snapshot: ChatCompletionSnapshot | undefined;
  for (const chunk of chunks) snapshot = accumulate(snapshot, chunk);
  // The loop ended without an error, so the answer is whole, whatever its finish reason.
  return complete(snapshot!, true);
}

export function expectError(error: any, { is, message, partial, error: body, ...fields }: Expected): void {
  if (!(error instanceof Error)) throw new Error(`No error, but ${JSON.stringify(error)}`);
  expect(error, `${error.constructor.name}: ${error.message}`).toBeInstanceOf((errors as any)[is]);
  if (typeof message === 'string') expect(error.message).toBe(message);
  else if (message) expect(error.message).toMatch(message);
  expect(error).toMatchObject(fields);
  if (body) expect((error as errors.APIError).error).toMatchObject(body);
  if (partial !== undefined) {
    const said = (error as { partial?: any }).partial?.choices?.[0]?.message?.content;
    expect(said ?? null, 'the text that had come').toBe(partial);
  }
}
