// Holds that a stream which begins after a collection finds the code of the one before still optimized.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('support/optimized.ts', import.meta.url));
const always = ['BodyReader.next', 'EventDecoder.next', 'EventItems.item'];

test.each([
  ['create', [...always, 'ChunkReader.read']],
  ['helper', [...always, 'Reply.add', 'ChoiceEvents.tellDeltas', 'addChunk']],
])('a collection between two streams of %s leaves the code that reads events optimized', (kind, names) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--expose-gc', '--allow-natives-syntax', script, kind],
    { encoding: 'utf8' },
  );
  expect(stdout && JSON.parse(stdout), stderr).toEqual(expect.arrayContaining(names));
});
