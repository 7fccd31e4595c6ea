// Holds how many functions a request and a chunk go through. The counts are exact: lower a limit with every gain.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Walk {
  name: string;
  numbers: Record<string, number>;
}

const limits: Record<string, Record<string, number>> = {
  'create(body) to fetch': { 'on the way': 6, calls: 60 },
  'stream(body) to fetch': { 'on the way': 10, calls: 91 },
  'a chunk to for await': { stops: 6, files: 6, calls: 22 },
  'a chunk to content.delta': { stops: 11, files: 11, calls: 41 },
};

// In a process of its own, because it pauses at breakpoints.
const script = fileURLToPath(new URL('../../../bench/walks.ts', import.meta.url));
const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, '--json'], {
  encoding: 'utf8',
});
const walks: Walk[] = stdout ? JSON.parse(stdout) : [];

test.each(Object.entries(limits))('%s is no longer than it was', (name, limit) => {
  const walk = walks.find((walk) => walk.name === name);
  expect(walk, stderr).toBeDefined();
  for (const [what, most] of Object.entries(limit))
    expect(walk!.numbers[what], `${what}; see bench/walks.ts --list`).toBeLessThanOrEqual(most);
});
