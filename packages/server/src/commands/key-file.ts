/** The file of `--api-key-file`. */
import { readFile } from 'node:fs/promises';
import { SettingError } from '../config.ts';

/** The keys in a file: one a line, without blank lines and those that begin with `#`. */
export async function keysIn(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch(({ message }: Error): never => {
    throw new SettingError(`Cannot read --api-key-file: ${message}.`);
  });
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  // Without keys the server accepts any key, so an empty file must be an error.
  if (keys.length === 0) throw new SettingError(`--api-key-file '${file}' has no keys.`);
  return keys;
}
