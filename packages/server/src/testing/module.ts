/** `colloquy-server/testing` as a module. Vitest has global hooks only if configured, and cannot be loaded by `require()`. */
import { setHooks } from './hooks.ts';

if (process.env['VITEST'] === 'true') {
  // A program that a test starts has the variable too, and may not find Vitest.
  const vitest = await import('vitest').catch(() => undefined);
  if (vitest) setHooks(vitest);
}

export * from './index.ts';
