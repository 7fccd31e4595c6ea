/**
 * Classes and functions that import paths of the `openai` package export, but that this package does not have. Using one
 * throws.
 */

import { OpenAIError } from './errors/openai-error.ts';

function absent(name: string): OpenAIError {
  return new OpenAIError(`${name} is not part of colloquy. Keep openai beside it (docs/migration.md).`);
}

/* @__NO_SIDE_EFFECTS__ */
function absentFunction(name: string): AbsentFunction {
  return () => {
    throw absent(`${name}()`);
  };
}

/** @deprecated Not part of colloquy. Keep openai beside it. */
export class BedrockOpenAI {
  constructor(..._options: unknown[]) {
    throw absent('BedrockOpenAI');
  }
}

/** @deprecated Not part of colloquy. Keep openai beside it. */
export class ComputerToolset {
  constructor(..._options: unknown[]) {
    throw absent('ComputerToolset');
  }
}

class AbsentSocket {
  /** Beside `name`, which bundlers shorten. */
  protected static title: string;

  constructor(..._options: unknown[]) {
    throw absent((new.target as typeof AbsentSocket).title);
  }

  static create(..._options: unknown[]): Promise<never> {
    return Promise.reject(absent(this.title));
  }

  static azure(...options: unknown[]): Promise<never> {
    return this.create(...options);
  }
}

/** @deprecated Not part of colloquy. Keep openai beside it. */
export class OpenAIRealtimeWS extends AbsentSocket {
  protected static override title = 'OpenAIRealtimeWS';
}

/** @deprecated Not part of colloquy. Keep openai beside it. */
export class OpenAIRealtimeWebSocket extends AbsentSocket {
  protected static override title = 'OpenAIRealtimeWebSocket';
}

export type AbsentFunction = (...given: any[]) => any;

export const toResponseInputItem: AbsentFunction = absentFunction('toResponseInputItem');
export const toResponseInputItems: AbsentFunction = absentFunction('toResponseInputItems');
export const addOutputText: AbsentFunction = absentFunction('addOutputText');
export const makeParseableResponseTool: AbsentFunction = absentFunction('makeParseableResponseTool');
export const maybeParseResponse: AbsentFunction = absentFunction('maybeParseResponse');
export const parseResponse: AbsentFunction = absentFunction('parseResponse');
export const resolveResponseParseOptions: AbsentFunction = absentFunction('resolveResponseParseOptions');
