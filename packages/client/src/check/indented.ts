/** The lockfiles of pnpm and Yarn as objects: the part of YAML that they use, and the older format of Yarn 1 beside it. */

export interface Section {
  [key: string]: Section | string;
}

/** Strings lose their quotes. Items of lists are left out. */
export function parseIndented(text: string): Section {
  const root: Section = {};
  const open: { indent: number; section: Section }[] = [{ indent: -1, section: root }];
  for (const row of text.split(/\r?\n/)) {
    const body = row.trim();
    const indent = row.length - row.trimStart().length;
    const [, key, value] = body.endsWith(':')
      ? [body, body.slice(0, -1), '']
      : (/^("[^"]*"|'[^']*'|[^\s"'#-]\S*?)(?::? +)(.*)$/.exec(body) ?? []);
    if (key === undefined || body.startsWith('#')) continue;
    while (open.at(-1)!.indent >= indent) open.pop();
    const section = value && !value.startsWith('{') ? plain(value) : inline(value!);
    open.at(-1)!.section[plain(key)] = section;
    if (typeof section === 'object') open.push({ indent, section });
  }
  return root;
}

/** `{a: 1, b: '2'}` */
function inline(text: string): Section {
  const section: Section = {};
  for (const [, key, value] of text.matchAll(/([\w@/.-]+|'[^']*'): *('[^']*'|"[^"]*"|[^,}]*)/g))
    section[plain(key!)] = plain(value!);
  return section;
}

function plain(text: string): string {
  return text.trim().replace(/^(["'])([^]*)\1$/, '$2');
}
