import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, scratch } from '../lib/install.mjs';
import { programs } from '../lib/programs.mjs';
import { judge } from '../lib/table.mjs';
import { median } from '../lib/statistics.mjs';

const folder = join(scratch, 'types');
const configuration = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
};

function check(name, source) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, `${name}.ts`), source);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...configuration, files: [`${name}.ts`] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(
    process.execPath,
    [tsc, '-p', `${name}.json`, '--extendedDiagnostics'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`tsc does not accept ${name}:\n${stdout}`);
  const read = (label) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1]);
  return {
    files: read('Files'),
    lines: read('Lines of TypeScript') + read('Lines of Definitions'),
    memory: read('Memory used') / 1024,
    instantiations: read('Instantiations'),
  };
}

function measure({ quick }) {
  const rows = [];
  const turns = Array.from({ length: quick ? 1 : 3 });
  const one = (name, source) => {
    const runs = turns.map(() => check(name, source));
    return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
  };
  for (const [index, [what, sources]] of Object.entries(programs).entries()) {
    const empty = one(
      'empty',
      index === 0 ? 'export {};' : "import { z } from 'zod'; console.log(z.string());",
    );
    for (const [name, source] of Object.entries(sources)) {
      const found = one(name.replace(/\W/, '-'), source);
      rows.push({
        case: what,
        name,
        ...Object.fromEntries(Object.keys(found).map((key) => [key, found[key] - empty[key]])),
      });
    }
  }
  const of = (what, name) => rows.find((row) => row.case === what && row.name === name);
  const [what] = Object.keys(programs);
  const targets = ['lines', 'memory', 'instantiations'].map((key) => ({
    text: `${what}: ${key} <= 0.5 x openai`,
    of: (get) => get(what, 'colloquy')[key] / get(what, 'openai')[key],
    most: 0.5,
  }));
  return { rows, verdicts: judge(targets, of, '') };
}

const count = (value) => Math.round(value).toLocaleString('en');

export default {
  title: 'Types',
  about:
    'What `tsc` needs for a small program, beyond an empty program (second case: beyond a program that imports zod): files, lines, memory and instantiations.',
  columns: [
    ['files', ({ files }) => count(files)],
    ['lines', ({ lines }) => count(lines)],
    ['memory MB', ({ memory }) => memory.toFixed(1)],
    ['instantiations', ({ instantiations }) => count(instantiations)],
  ],
  measure,
};
