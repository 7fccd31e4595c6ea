/** The names of databases: which kind they are, and how they are shown. No driver is loaded for that. */
import { resolve } from 'node:path';

export const isPostgresURL = (name: string): boolean => /^postgres(?:ql)?:\/\//i.test(name);

/** A path in full, or a URL without its password and its options. */
export function shownName(name: string): string {
  if (!isPostgresURL(name)) return name === ':memory:' ? name : resolve(name);
  if (!URL.canParse(name)) return name.replace(/\/\/.*@/, '//').replace(/\?.*/, '');
  const { protocol, username, host, pathname } = new URL(name);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
