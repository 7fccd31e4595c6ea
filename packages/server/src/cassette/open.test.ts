import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCassette } from './open.ts';
import { CassetteError } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'colloquy-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('names what is missing or wrong', async () => {
  await expect(openCassette('/no/such/file')).rejects.toThrow(
    'The cassette /no/such/file does not exist. Record it first.',
  );
  await expect(openCassette({ file: 'x', mode: 'record' })).rejects.toThrow(
    'The mode record needs an upstream.',
  );
  const wrong = openCassette({ file: 'x', mode: 'record', upstream: 'file:///etc/passwd' });
  await expect(wrong).rejects.toThrow(CassetteError);
  await expect(wrong).rejects.toThrow('The upstream must be an HTTP URL');
});

it('reports a line that was not written to its end', async () => {
  const file = join(folder, 'tape.jsonl');
  const request = { path: '/chat/completions', body: { model: 'm', messages: [] } };
  const line = `${JSON.stringify({ version: 1, request, response: { json: {} } })}\n`;
  writeFileSync(file, line.repeat(2).slice(0, -9));
  const logged: string[] = [];
  const cassette = await openCassette(file, { log: (text) => logged.push(text) });
  expect(cassette.length).toBe(1);
  expect(logged).toEqual([`${file}:2: skipped an incomplete line. Delete the line, and record it again.`]);
});
