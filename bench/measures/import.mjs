import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bench } from '../lib/install.mjs';
import { nodes } from '../lib/session.mjs';
import { judge } from '../lib/table.mjs';
import { median, quantile } from '../lib/statistics.mjs';

const zod = ['zod', 'zod/v3', 'zod/v4'];
/** `[name, modules that are timed, modules that are there before]` */
const programs = [
  ['empty module', ['../lib/empty.mjs']],
  ['colloquy', ['colloquy']],
  ['colloquy/core', ['colloquy/core']],
  ['openai', ['openai']],
  ['ai SDK', ['ai', '@ai-sdk/openai-compatible']],
  ['xsai', ['xsai']],
  ['langchain', ['@langchain/openai']],
  ['empty module', ['../lib/empty.mjs'], zod],
  ['colloquy', ['colloquy', 'colloquy/helpers/zod'], zod],
  ['openai', ['openai', 'openai/helpers/zod'], zod],
];

const round = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const name = (loaded) => (loaded ? 'with the zod helper, zod loaded before' : 'the package');

async function measure({ quick, rounds, log }) {
  const turns = quick ? 5 : 5 * rounds;
  const runs = programs.flatMap(([who, timed, loaded]) =>
    Object.entries(nodes)
      .slice(0, ['empty module', 'colloquy', 'openai'].includes(who) && !quick ? 2 : 1)
      .map(([node, path], index) => ({
        who: index ? `${who}, ${node}` : who,
        path,
        timed,
        loaded,
        samples: [],
      })),
  );
  for (let turn = 0; turn <= turns; turn++) {
    for (const { who, path, timed, loaded, samples } of runs) {
      log(`import: ${turn} of ${turns}, ${who}`);
      const output = execFileSync(
        path,
        [join(bench, 'lib/import-probe.mjs'), JSON.stringify({ timed, loaded })],
        { cwd: bench },
      );
      // The first turn brings the files into the page cache.
      if (turn > 0) samples.push(JSON.parse(output));
    }
  }
  const rows = runs.map(({ who, loaded, samples }) => ({
    case: name(loaded),
    name: who,
    ...Object.fromEntries(
      ['wall', 'cpu', 'rss'].map((what) => [what, median(samples.map((sample) => sample[what]))]),
    ),
    fastest: quantile(
      samples.map(({ wall }) => wall),
      0,
    ),
  }));
  const get = (where, who = 'colloquy') => rows.find((row) => row.case === where && row.name === who);
  // Milliseconds mean nothing on another machine, so the targets are set beside what openai took where they were set.
  const share = (where) => get(where).wall / get(name(), 'openai').wall;
  return {
    rows,
    verdicts: judge(
      [
        {
          text: 'wall <= 0.045 x openai (5 ms where openai takes 116)',
          of: () => share(name()),
          most: 0.045,
        },
        {
          text: 'RSS <= 3 MB above an empty module',
          of: (get) => get(name()).rss - get(name(), 'empty module').rss,
          most: 3,
        },
        {
          text: 'with the zod helper: wall <= 0.06 x openai (7 ms where openai alone takes 116)',
          of: () => share(name(zod)),
          most: 0.06,
        },
      ],
      get,
      '',
    ),
  };
}

export default {
  title: 'Cold import',
  about:
    'The first `import()` in a new process, with all files in the page cache: the median of 15 runs (quick: 5), and how much the resident memory grows.',
  columns: [
    ['wall ms', ({ wall }) => round(wall)],
    ['fastest', ({ fastest }) => round(fastest)],
    ['CPU ms', ({ cpu }) => round(cpu)],
    ['RSS MB', ({ rss }) => round(rss)],
  ],
  measure,
};
