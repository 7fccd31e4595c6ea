/** Formats a report as text for a terminal. */

import type { Report } from './check.ts';

const differencesPage = 'https://github.com/OWNER/colloquy/blob/main/docs/differences.md';
/** Differences that may need a change in the code, by the call they concern. */
const advice: Record<string, string> = {
  stream:
    'A failing stream that nothing listens to no longer ends the process: if you rely on that, listen for `error`. `emitted(event)` rejects when the stream ends without that event.',
  runTools:
    'A failing run that nothing listens to no longer ends the process: if you rely on that, listen for `error`.',
};
/** Lines of a list before the rest is counted. */
const most = 20;

export function textOf(report: Report): string {
  const { version, lockfile, fields } = report;
  const parts = [
    [`colloquy ${version}: can this project switch from openai?`],
    section(
      lockfile ? `Packages that depend on openai (${lockfile})` : 'No lockfile: packages were not checked',
      packages(report),
    ),
    section(
      'Paste into package.json',
      fields ? JSON.stringify(fields, undefined, 2).split('\n') : [noFields],
    ),
    section(
      'Used in your code, and not part of colloquy',
      report.absent.map(
        ({ name, file, line, guessed }) =>
          `${file}:${line}  ${name}${guessed ? ' (by its name: the object could not be followed)' : ''}`,
      ),
    ),
    section('Imports', imports(report)),
    section('What differs for the calls you use', differences(report)),
    [conclusion(report)],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const noFields =
  'Bun overrides a dependency for all packages or for none, and not all of these work. Keep openai for them: install colloquy under its own name.';

function section(title: string, lines: string[]): string[] {
  const shown = lines.slice(0, most).map((line) => `  ${line}`);
  if (lines.length > most) shown.push(`  ... and ${lines.length - most} more (--json lists all)`);
  return [title, ...(shown.length ? shown : ['  none'])];
}

function packages({ dependents, version }: Report): string[] {
  return dependents.map(({ name, version: own, kind, range, resolved, accepts, tested, missing }) => {
    const wants = range ?? `installed ${resolved}`;
    const fits =
      accepts === undefined
        ? 'has a range that cannot be compared'
        : accepts
          ? `accepts ${version}`
          : needs[kind];
    const works = tested
      ? `tested with ${tested.version}: ${tested.works ? 'works' : 'does not work'}${tested.note ? ` (${tested.note})` : ''}`
      : missing?.length
        ? `imports what is missing: ${few(missing)}`
        : missing
          ? 'imports nothing that is missing, not tested'
          : 'not tested, not installed here';
    return `${name}@${own}  ${kind} ${wants}: ${fits}; ${works}`;
  });
}

function few(names: readonly string[]): string {
  const first = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${first} and ${names.length - 3} more` : first;
}

const needs = {
  dependency: 'keeps its own openai without an override',
  'optional dependency': 'keeps its own openai without an override',
  peer: 'refuses to install without an override',
  'optional peer': 'may refuse to install without an override',
};

function imports(report: Report): string[] {
  return report.imports.map(({ specifier, resolves, missing, places }) => {
    const problem = resolves ? missing.map((name) => `${name} is missing`).join(', ') : 'does not resolve';
    const { file, line } = places[0]!;
    return `${specifier}: ${problem || 'resolves'} (${file}:${line}${places.length > 1 ? ` and ${places.length - 1} more` : ''})`;
  });
}

function differences(report: Report): string[] {
  const lines = Object.entries(report.differences).map(([call, ids]) => {
    return `${call}: ${few(ids)}`;
  });
  const changes = Object.keys(report.differences).flatMap((call) =>
    advice[call] ? [`! ${call}: ${advice[call]}`] : [],
  );
  return lines.length
    ? [...changes, ...lines, `See ${differencesPage}#${Object.values(report.differences)[0]![0]}`]
    : [];
}

function conclusion({ canSwitch, files }: Report): string {
  return canSwitch
    ? `Yes: nothing in the ${files} files that were read has to change.`
    : 'Not yet: see above. docs/migration.md describes how to keep openai beside colloquy.';
}
