// Writes into the manifests of both packages what they share: the root package.json says who wrote them, under which
// licence, for which Node and where they are kept. Also writes what follows from a version: `version.ts` of the client,
// the client that the server depends on, and the addresses, ranges and tarballs in READMEs and docs/migration.md. With
// `--check` it writes nothing and fails when a file is out of date. Fails when the version of the client does not follow
// that of `openai`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

const { author, license, engines, repository, workspaces } = read('package.json');

/** What both manifests have, in the order in which it stands there. */
const shared = (folder) => ({
  homepage: `${repository}/tree/main/${folder}#readme`,
  bugs: { url: `${repository}/issues` },
  license,
  author,
  repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
  engines,
});

const packages = workspaces.map((folder) => ({
  file: `${folder}/package.json`,
  folder,
  ...read(`${folder}/package.json`),
}));
const versions = Object.fromEntries(packages.map(({ name, version }) => [name, version]));

const { colloquyUpstream } = packages.find(({ name }) => name === 'colloquy');
const [major, minor] = versions.colloquy.split('.').map(Number);
const [upstreamMajor, upstreamMinor] = colloquyUpstream.split('.').map(Number);
if (major !== upstreamMajor || minor < upstreamMinor) {
  console.error(
    `colloquy ${versions.colloquy} follows openai ${colloquyUpstream}: it must have the same major, and at least the same minor.`,
  );
  process.exit(1);
}

const wanted = new Map();
for (const { folder, file } of packages) {
  const manifest = { ...read(file), ...shared(folder) };
  for (const name of Object.keys(manifest.dependencies ?? {}))
    if (name in versions) manifest.dependencies[name] = versions[name];
  wanted.set(file, json(manifest));
}
wanted.set(
  'packages/client/src/version.ts',
  `/** The version of this package. \`npm run manifests\` copies it from package.json. */
export const VERSION = '${versions.colloquy}';
`,
);
for (const file of ['README.md', 'docs/migration.md', ...workspaces.map((folder) => `${folder}/README.md`)]) {
  const text = readFileSync(join(root, file), 'utf8')
    .replace(/https:\/\/[\w.-]+\/[\w-]+\/colloquy(?=[/)])/g, repository)
    .replace(/\b(colloquy(?:-server)?)-\d[\w.-]*\.tgz/g, (_, name) => `${name}-${versions[name]}.tgz`)
    .replace(/npm:colloquy@\^[\d.]+|"colloquy": "\^[\d.]+/g, (range) =>
      range.replace(/[\d.]+$/, versions.colloquy),
    )
    .replace(/follows `openai` \d+\.\d+\.\d+/g, `follows \`openai\` ${colloquyUpstream}`);
  wanted.set(file, text);
}

const stale = [...wanted].filter(([file, text]) => readFileSync(join(root, file), 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is out of date: run \`npm run manifests\`.`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) {
    writeFileSync(join(root, file), text);
    console.log(`Wrote ${file}`);
  }
}
