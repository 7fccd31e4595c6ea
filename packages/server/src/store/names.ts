/** The names of databases: which kind each is, and how it is shown. Loads no driver. */
import { resolve } from 'node:path';
import { shownURL } from '../config.ts';

export const isPostgresURL = (name: string): boolean => /^postgres(?:ql)?:\/\//i.test(name);

/** True for any URL, also one that is not of a database. `C:\\data.db` is none. */
export const isURL = (name: string): boolean => /^[a-z][a-z\d+.-]+:\/\//i.test(name);

/** A full path, or a URL without its password and options. */
export function shownName(name: string): string {
  if (!isURL(name)) return name === ':memory:' ? name : resolve(name);
  if (!isPostgresURL(name)) return shownURL(name);
  if (!URL.canParse(name)) return name.replace(/\/\/.*@/, '//').replace(/\?.*/, '');
  const { protocol, username, host, pathname } = new URL(name);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
