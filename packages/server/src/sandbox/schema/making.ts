/** The state while one value is created. */
import type { Random } from '../random.ts';
import type { Heights } from './heights.ts';
import type { SchemaDocument } from './document.ts';

export interface Making {
  random: Random;
  document: SchemaDocument;
  height: Heights;
  /** Attempts of all kinds so far, in values. */
  effort: number;
  /** Above 0, values are to be chosen among so many: what comes to mind first has been used up. */
  spread: number;
}
