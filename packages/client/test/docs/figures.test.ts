// A figure of a README is what is measured, to a few percent. `npx tsx packages/client/scripts/figures.ts` writes them.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { figures, figuresIn, numbersOf, readmes, versions } from './figures.ts';

let measured: { numbers: number[]; text: string };
beforeAll(async () => {
  measured = numbersOf(await figures());
  expect(measured.numbers).toHaveLength(10);
});

it.each(readmes.map((file) => [relative(process.cwd(), file), file]))(
  '%s has the figures that are measured',
  (_, file) => {
    const page = readFileSync(file, 'utf8');
    const written = numbersOf(figuresIn(page));
    expect(written.text).toBe(measured.text);
    const off = written.numbers.filter((number, at) => Math.abs(number / measured.numbers[at]! - 1) > 0.04);
    expect(off, 'run `npx tsx packages/client/scripts/figures.ts`').toEqual([]);
    for (const version of versions()) expect(page.replace(/\s+/g, ' ')).toContain(version);
  },
);
