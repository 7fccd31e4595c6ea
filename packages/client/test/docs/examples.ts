/**
 * The examples of a Markdown page, made runnable. What the info string of a fence says:
 *
 * - `ts`: a program. It is run, and must print what a `text` fence right after it says, or nothing. The page's
 *   `ts setup` block is put in front of it, unless it imports `OpenAI` itself.
 * - `ts some/file.ts`: the same, and the block is that file, word for word.
 * - `js`: a program for another runtime or a page, which is only parsed. `proxies.slow.ts` runs those of its page.
 *
 * In a `text` fence `…` stands for any text within a line, and a line of `…` alone for any lines.
 */

export interface Example {
  /** The heading it is under, and its line: what a failing test is called. */
  name: string;
  /** A whole module. */
  code: string;
  /** Whether the page's setup block is in front of it. */
  sharesSetup: boolean;
  /** What it must print. */
  output: string;
  /** The file it is a copy of. */
  file: string | undefined;
}

export interface Fence {
  language: string;
  info: string;
  body: string;
  heading: string;
  line: number;
  /** Whether nothing but blank lines is between this fence and the one before. */
  follows: boolean;
}

/** Throws for a `ts` fence whose info string is none of the above, so that a typo does not skip an example. */
export function examplesOf(page: string): Example[] {
  const fences = fencesOf(page);
  const setup = fences.find(({ language, info }) => language === 'ts' && info === 'setup')?.body ?? '';
  const examples: Example[] = [];
  for (const [at, { language, info, body, heading, line }] of fences.entries()) {
    if (language !== 'ts' || info === 'setup') continue;
    const file = info.endsWith('.ts') ? info : undefined;
    if (info && !file) throw new Error(`line ${line}: unknown fence "ts ${info}"`);
    const next = fences[at + 1];
    const sharesSetup = setup !== '' && !file && !/^import OpenAI\b/m.test(body);
    examples.push({
      name: `${heading}, line ${line}`,
      code: sharesSetup ? setup + body : body,
      sharesSetup,
      output: next?.language === 'text' && next.follows ? next.body : '',
      file,
    });
  }
  return examples;
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | undefined;
  let heading = '';
  let follows = false;
  for (const [at, line] of page.split('\n').entries()) {
    const fence = /^```(\w*) ?(.*)$/.exec(line);
    if (open && !fence) open.body += `${line}\n`;
    else if (open) {
      fences.push(open);
      open = undefined;
      follows = true;
    } else if (fence) {
      open = { language: fence[1]!, info: fence[2]!, body: '', heading, line: at + 1, follows };
    } else {
      heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
      follows &&= line.trim() === '';
    }
  }
  if (open) throw new Error(`line ${open.line}: the fence is not closed`);
  return fences;
}

/** `actual` if it matches `expected`, wildcards and all; else `expected`, so that comparing the two shows what differs. */
export function filledIn(expected: string, actual: string): string {
  const escaped = expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = escaped.replace(/^…\n/gm, '(?:.*\\n)*?').replace(/…/g, '.*');
  return new RegExp(`^${pattern}$`).test(actual) ? actual : expected;
}

/** The anchors that links into `page` may name: those that GitHub derives from headings, and those of `<a id="...">`. */
export function anchorsOf(page: string): string[] {
  const prose = proseOf(page);
  const headings = Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...Array.from(prose.matchAll(/<a id="([^"]+)">/g), ([, id]) => id!)];
}

/** The target of a link that leads to this repository: a path, an anchor, or both. */
export interface Link {
  path: string;
  anchor: string | undefined;
  /** Whether the path starts at the root of the repository, as in a link to `repository`, its address. */
  fromRoot: boolean;
}

export function linksOf(page: string, repository: string): Link[] {
  const links = proseOf(page).matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g);
  return Array.from(links, ([, path, anchor]) => {
    const fromRoot = path!.startsWith(repository);
    const inside = path!.slice(repository.length).replace(/^\/(?:blob|tree)\/main\/|^\/.*/, '');
    return { path: fromRoot ? inside : path!, anchor, fromRoot };
  }).filter(({ path }) => !/^\w+:/.test(path));
}

/** The page without its fences. */
export function proseOf(page: string): string {
  return page.replace(/^```[^]*?^```/gm, '');
}
