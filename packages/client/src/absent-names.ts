/** Classes and functions that import paths of the `openai` package export and this one does not have: using one throws. */

import { OpenAIError } from './transport/errors.ts';

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

/** @deprecated Not part of colloquy. Keep openai beside it. */
export class OpenAIRealtimeWS {
  constructor(..._options: unknown[]) {
    throw absent('OpenAIRealtimeWS');
  }

  static create(..._options: unknown[]): Promise<never> {
    return Promise.reject(absent('OpenAIRealtimeWS'));
  }

  static azure: typeof this.create = this.create;
}

export type AbsentFunction = (...given: any[]) => any;

export const toResponseInputItem: AbsentFunction = absentFunction('toResponseInputItem');
export const toResponseInputItems: AbsentFunction = absentFunction('toResponseInputItems');
export const addOutputText: AbsentFunction = absentFunction('addOutputText');
export const makeParseableResponseTool: AbsentFunction = absentFunction('makeParseableResponseTool');
export const maybeParseResponse: AbsentFunction = absentFunction('maybeParseResponse');
export const parseResponse: AbsentFunction = absentFunction('parseResponse');
export const resolveResponseParseOptions: AbsentFunction = absentFunction('resolveResponseParseOptions');
