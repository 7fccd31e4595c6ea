/** Classes that the root of the `openai` package exports and this one does not have: making one throws. */

import { OpenAIError } from './transport/errors.ts';

function absent(name: string): OpenAIError {
  return new OpenAIError(`${name} is not part of colloquy. Keep openai beside it (docs/migration.md).`);
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
