// A release in CHANGELOG.md is a section below a heading like `## colloquy 0.2.0, colloquy-server 0.3.0 - 2026-12-01`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../CHANGELOG.md', import.meta.url));
const unreleased = '## [Unreleased]\n';

/** Those of `packages` whose present version has no section yet, each as `name version`. */
export function withoutSection(packages) {
  const headings = readFileSync(file, 'utf8').match(/^## .*$/gm) ?? [];
  const released = headings.flatMap((heading) => heading.slice(3).split(' - ')[0].split(', '));
  return packages
    .map(({ name, version }) => `${name} ${version}`)
    .filter((release) => !released.includes(release));
}

/** Makes [Unreleased] the section of these releases, and opens a new one above it. */
export function addSection(releases, date) {
  const heading = `## ${releases.join(', ')} - ${date}\n`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(unreleased, `${unreleased}\n${heading}`));
}
