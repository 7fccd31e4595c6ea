/** Every check, in the order of the report. */
import type { Check } from '../check.ts';
import { createChecks } from './create.ts';
import { errorChecks } from './errors.ts';
import { otherChecks } from './others.ts';
import { parameterChecks } from './parameters.ts';
import { logprobChecks, schemaChecks } from './schemas.ts';
import { storedChecks } from './stored.ts';
import { streamChecks } from './stream.ts';
import { toolChecks } from './tools.ts';
import { usageChecks } from './usage.ts';

export const checks: readonly Check[] = [
  ...createChecks,
  ...parameterChecks,
  ...streamChecks,
  ...usageChecks,
  ...toolChecks,
  ...schemaChecks,
  ...logprobChecks,
  ...errorChecks,
  ...storedChecks,
  ...otherChecks,
];
