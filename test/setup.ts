// Property tests draw the same inputs every time, so that a run says something about the change and not about the day.
// `SEED=random npm test` draws others; a failure prints the seed that brings it back: `SEED=<that number> npm test`.
import fc from 'fast-check';
import { seed } from './random.ts';

fc.configureGlobal({ seed });
