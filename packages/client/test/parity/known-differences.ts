// Every deliberate difference from `openai`. A parity script that finds another one fails, and so does one that no
// longer finds a listed one. docs/differences.md is generated from this list.
import { coreDifferences, packageDifferences } from './differences/core.ts';
import { neighbourDifferences } from './differences/neighbours.ts';
import { parsingDifferences } from './differences/parsing.ts';
import { streamingDifferences } from './differences/streaming.ts';
import { structuredDifferences } from './differences/structured.ts';
import { toolsDifferences } from './differences/tools.ts';
import { wireDifferences } from './differences/wires.ts';

/** The sections of docs/differences.md, in order: what a user does, and the heading for it. */
export const groups = {
  calls: 'Calls',
  streams: 'Streams',
  'typed output': 'Typed output',
  tools: 'Tools',
  errors: 'Errors',
  types: 'Types and import paths',
};

/** Every text is Markdown, one line long, and becomes a cell of a table. */
export interface KnownDifference {
  /** Named by the script that shows it. */
  id: string;
  group: keyof typeof groups;
  /** The situation, seen from the user: "The connection is cut while the body is read". */
  when: string;
  /** What `openai` does then: "Throws a bare `TypeError`". */
  before: string;
  /** What colloquy does instead. */
  after: string;
  /** Why ours is better. */
  why: string;
}

/** By the file that holds them. Their order is that of the page. */
export const differencesByFile = {
  core: coreDifferences,
  package: packageDifferences,
  neighbours: neighbourDifferences,
  structured: structuredDifferences,
  parsing: parsingDifferences,
  streaming: streamingDifferences,
  tools: toolsDifferences,
  wires: wireDifferences,
} satisfies Record<string, KnownDifference[]>;

export const knownDifferences: KnownDifference[] = Object.values(differencesByFile).flat();
