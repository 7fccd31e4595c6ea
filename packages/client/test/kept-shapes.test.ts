// Holds that a stream which begins after a collection finds the code of the one before still optimized.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('support/optimized.ts', import.meta.url));

test('a collection between two streams leaves the code that reads events optimized', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--expose-gc', '--allow-natives-syntax', script],
    { encoding: 'utf8' },
  );
  const names: unknown = stdout && JSON.parse(stdout);
  expect(names, stderr).toEqual(
    expect.arrayContaining(['BodyReader.next', 'EventDecoder.next', 'EventItems.item', 'ChunkReader.read']),
  );
});
