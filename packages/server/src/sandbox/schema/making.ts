/** What is remembered while one value is made. */
import type { Random } from '../random.ts';
import type { Answer } from '../style.ts';
import type { Heights } from './heights.ts';
import type { Mentions } from './mentions.ts';
import type { Schema } from './shape.ts';

export interface InstanceOptions {
  random: Random;
  /** The prompt: names, numbers and quotations in it are preferred. */
  text?: string | undefined;
  /** What the sandbox would say in words, for properties such as `answer`. */
  answer?: (() => Answer) | undefined;
}

export interface Making extends InstanceOptions {
  root: Schema;
  mentions: Mentions;
  height: Heights;
  /** Mentions that have been used, so that two properties do not get the same. */
  used: Set<string>;
  /** Attempts of all kinds so far, in values. */
  effort: number;
  /** Above 0, values are to be chosen among so many: what comes to mind first has been used up. */
  spread: number;
}
