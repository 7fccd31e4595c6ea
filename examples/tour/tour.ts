// What every part of the tour is given.
import type OpenAI from 'colloquy';

export interface Tour {
  client: OpenAI;
  model: string;
  /** Marks the completions of this run, so that the list finds only them. */
  run: string;
}

/** The first completion: kept by the server, and looked at again later. */
export type First = OpenAI.ChatCompletion | undefined;
