import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** From the top. Each may import what stands below it; rooms on one line may import each other. */
const layers = [
  ['cli', 'index', 'testing'],
  ['commands'],
  ['flags', 'server'],
  ['app', 'doctor'],
  ['metrics', 'routes'],
  ['gateway'],
  ['completion', 'neighbours'],
  ['fixtures'],
  ['sandbox'],
  ['cassette'],
  ['models'],
  ['validation'],
  ['store'],
  ['http'],
  ['config-file'],
  ['config', 'slices', 'spelling', 'yaml'],
];

const roomOf = (file: string): string => relative(source, file).split(sep)[0]?.replace(/\.ts$/, '') ?? '';
const heightOf = (file: string): number => -layers.findIndex((rooms) => rooms.includes(roomOf(file)));

async function imports(): Promise<{ from: string; to: string }[]> {
  const files = (await readdir(source, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const found = files.map(async (name) => {
    const text = await readFile(join(source, name), 'utf8');
    const targets = [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map(([, target]) => target ?? '');
    return targets.map((target) => ({ from: join(source, name), to: resolve(source, name, '..', target) }));
  });
  return (await Promise.all(found)).flat();
}

describe('the rooms of the server', () => {
  it('are all in the picture', async () => {
    const rooms = (await readdir(source))
      .filter((name) => !name.endsWith('.test.ts'))
      .map((name) => roomOf(join(source, name)));
    expect(rooms.filter((room) => !layers.flat().includes(room))).toEqual([]);
  });

  it('import downwards only; the errors of the API are open to all', async () => {
    const all = await imports();
    expect(all.length).toBeGreaterThan(40);
    const upwards = all
      .filter(({ from, to }) => heightOf(to) > heightOf(from) && !to.endsWith(join('http', 'errors.ts')))
      .map(({ from, to }) => `${relative(source, from)} imports ${relative(source, to)}`);
    expect(upwards).toEqual([]);
  });
});
