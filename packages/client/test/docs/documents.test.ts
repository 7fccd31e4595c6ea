// Every example of the documentation is a program that runs against a real server and prints what the page says.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { transform } from 'esbuild';
import { Fixtures, loadFixtures, type RunningServer, startServer } from 'colloquy-server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Example, examplesOf, fencesOf, filledIn } from './examples.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'docs/typed-output.md',
  'docs/streams.md',
  'docs/tools.md',
  'docs/route-handlers.md',
  'docs/client.md',
  'docs/telemetry.md',
  'docs/migration.md',
  'docs/node.md',
  'docs/testing.md',
  'docs/fixtures.md',
  'docs/record-and-replay.md',
  'docs/sandbox.md',
  'docs/server.md',
  'docs/doctor.md',
  'docs/in-front-of-ollama.md',
  ...readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`),
  'README.md',
  'packages/client/README.md',
  'packages/client/llms.txt',
  'packages/client/skills/colloquy/SKILL.md',
  'packages/server/README.md',
];

// Inside the repository, so that packages resolve; a folder of its own for each run.
mkdirSync(join(root, '.colloquy'), { recursive: true });
const folder = mkdtempSync(join(root, '.colloquy', 'docs-'));
const programs = new Map<Example, string>();
const documents = pages.map((page) => ({
  page,
  examples: examplesOf(read(page)),
  scripts: fencesOf(read(page)).filter(({ language }) => language === 'js'),
}));
for (const { page, examples } of documents) {
  for (const [at, example] of examples.entries()) {
    const file = join(folder, `${page.replaceAll('/', '-')}-${at}.ts`);
    writeFileSync(file, `${example.code}export {};\n`);
    programs.set(example, file);
  }
}

let server: RunningServer;
let typeErrors: Promise<string>;

beforeAll(async () => {
  typeErrors = compile();
  const fixtures = new Fixtures(await loadFixtures(join(root, 'examples/fixtures.yaml')));
  server = await startServer({ port: 0, db: ':memory:', fixtures });
});
afterAll(async () => {
  await server.close();
  await typeErrors;
  rmSync(folder, { recursive: true, force: true });
}, 120_000);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.each(documents)('$page', ({ page, examples, scripts }) => {
  it('has examples', () => {
    expect(examples.length + scripts.length).toBeGreaterThan(0);
  });

  it('says which examples share its setup', () => {
    const sharing = examples.filter(({ sharesSetup }) => sharesSetup);
    if (sharing.length === 0) return;
    const some = /Examples that do\s+not\s+import\s+`OpenAI`\s+share\s+this\s+setup/;
    const all = /The examples (?:run against [^:]*?, and )?share\s+this\s+setup/;
    expect(read(page)).toMatch(sharing.length < examples.length ? some : all);
  });

  for (const { heading, line, body } of scripts) {
    it(`has JavaScript without syntax errors: ${heading}, line ${line}`, async () => {
      await transform(body, { loader: 'js', format: 'esm' });
    });
  }

  for (const example of examples) {
    // Vitest runs files of tests itself.
    if (!example.file?.endsWith('.test.ts')) {
      it(`prints what it says: ${example.name}`, async () => {
        const printed = await run(programs.get(example)!);
        expect(printed).toBe(filledIn(example.output, printed));
      });
    }
    if (example.file) {
      it(`shows ${example.file} as it is`, () => {
        expect(example.code).toBe(read(example.file!));
      });
    }
  }
});

it.each([
  ['packages/client', 'README.md'],
  ['packages/client', 'llms.txt'],
  ['packages/client', 'skills/colloquy/SKILL.md'],
  ['packages/server', 'README.md'],
])(
  'in %s, %s, which is read without the repository, has no relative links and no links elsewhere',
  (folder, file) => {
    const { repository } = JSON.parse(read(`${folder}/package.json`)) as { repository: { url: string } };
    const address = repository.url.replace(/^git\+|\.git$/g, '');
    const links = [...read(`${folder}/${file}`).matchAll(/\]\(([^)]*)\)/g)].map(([, url]) => url!);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((url) => url !== address && !url.startsWith(`${address}/`))).toEqual([]);
  },
);

it.each(['README.md', 'packages/client/README.md', 'packages/server/README.md'])(
  '%s installs tarballs of the present versions',
  (page) => {
    const tarballs = [...read(page).matchAll(/(colloquy(?:-server)?)-(\d+\.\d+\.\d+)\.tgz/g)];
    expect(tarballs.length).toBeGreaterThan(0);
    for (const [, name, version] of tarballs) {
      const folder = name === 'colloquy' ? 'client' : 'server';
      expect(version).toBe(
        (JSON.parse(read(`packages/${folder}/package.json`)) as { version: string }).version,
      );
    }
  },
);

it.each(['client', 'server'])(
  'the source of the %s names no page or file of docs that is not there',
  (name) => {
    const source = `packages/${name}/src`;
    const named = readdirSync(join(root, source), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
      .flatMap((file) =>
        [...read(join(source, file)).matchAll(/(?<![\w./])docs\/[\w./-]*\w/g)].map(([path]) => path),
      );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    if (name === 'client') expect(named).toContain('docs/migration.md');
  },
);

it('every program of examples/helpers is shown on a page', () => {
  const shown = documents.flatMap(({ examples }) => examples.map(({ file }) => file));
  for (const name of readdirSync(join(root, 'examples/helpers')))
    expect(shown).toContain(`examples/helpers/${name}`);
});

it('the examples are correctly typed', async () => {
  expect(await typeErrors).toBe('');
}, 120_000);

/** What the compiler has to say of the programs, read against the source of both packages. */
async function compile(): Promise<string> {
  const paths: Record<string, string[]> = {
    colloquy: [join(root, 'packages/client/src/entries/index.ts')],
    'colloquy/*': [join(root, 'packages/client/src/entries/*.ts')],
    'colloquy-server': [join(root, 'packages/server/src/index.ts')],
    'colloquy-server/testing': [join(root, 'packages/server/src/testing/index.ts')],
  };
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { paths },
    include: ['*.ts'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder], (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** What the program at `path` writes to its console and standard output. Its failure is ours. */
async function run(path: string): Promise<string> {
  let printed = '';
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('OPENAI_API_KEY', 'any-key-will-do');
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...args) => void (printed += `${format(...args)}\n`));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += text)));
  await import(/* @vite-ignore */ path);
  return printed && !printed.endsWith('\n') ? `${printed}\n` : printed;
}
