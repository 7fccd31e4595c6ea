// Every deliberate difference from the original, and why. A parity script that finds another one fails; one that no
// longer finds a listed one fails too.
import { coreDifferences, packageDifferences } from './differences/core.ts';
import { streamingDifferences } from './differences/streaming.ts';
import { structuredDifferences } from './differences/structured.ts';
import { toolsDifferences } from './differences/tools.ts';
import { wireDifferences } from './differences/wires.ts';

export interface KnownDifference {
  /** Named by the script that shows it. */
  id: string;
  /** What a caller sees: theirs, then ours. */
  what: string;
  why: string;
}

export const knownDifferences: KnownDifference[] = [
  ...coreDifferences,
  ...packageDifferences,
  ...structuredDifferences,
  ...streamingDifferences,
  ...toolsDifferences,
  ...wireDifferences,
];
