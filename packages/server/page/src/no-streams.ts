/** Takes the place of the modules with which the client reads streams: the page never streams. */
export function readStream(): never {
  throw new Error('The page does not stream.');
}

export const chunkRules = undefined;
